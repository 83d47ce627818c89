import type { AdminProblemCode } from '../problem.ts';

/** What an answer holds. */
export type AnswerForm =
  /** A type of contract.ts, by name, as JSON. */
  | { json: string }
  /** Text of one of these media types; the data of server-sent events are a type of contract.ts. */
  | { text: readonly string[]; events?: string }
  | 'nothing';

/** A route as /openapi.json describes it. */
export interface AdminOperation {
  id: string;
  summary: string;
  /** What contract.ts calls the body, whose schema is the route's own. */
  body?: string;
  answers: Partial<Record<200 | 201 | 204 | 503, AnswerForm>>;
  /** Its own. What any route of its kind may answer is known without it. */
  problems?: readonly AdminProblemCode[];
}
