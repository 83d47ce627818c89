import type { RequestGuardHeader } from '../../contract.ts';
import { problemOf, reach } from '../shared/problem.ts';

const GUARD: RequestGuardHeader = 'x-gatehouse-admin';

/** Fired when an answer says that there is no session (any more). */
export const SIGNED_OUT_EVENT = 'gatehouse:signed-out';

interface CallOptions {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  body?: object;
  signal?: AbortSignal;
}

/**
 * Calls the admin API with the session's cookie.
 * @returns the answer's body; undefined for 204
 * @throws CallProblem where it is no success or nobody answers
 */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  const { method = 'GET', body, signal } = options;
  const answer = await reach(path, {
    method,
    headers: { [GUARD]: '1', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    credentials: 'same-origin',
  });
  if (answer.status === 204) return undefined as Answer;
  if (answer.ok) return (await answer.json()) as Answer;
  const problem = await problemOf(answer);
  if (problem.status === 401 && path !== '/session') dispatchEvent(new Event(SIGNED_OUT_EVENT));
  throw problem;
}

/** A query of what has a value. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
