/** Every field name that a log line may carry, in one place. Prompts, keys and tokens have none on purpose. */
export interface LogFields {
  request_id?: string | undefined;
  job_id?: string | undefined;
  attempt?: number | undefined;
  client?: string | undefined;
  tenant?: string | undefined;
  tier?: string | undefined;
  key_id?: string | undefined;
  route?: string | undefined;
  /** Closed set: a decision's, job's or error's stable code. */
  code?: string | undefined;
  status?: number | undefined;
  duration_ms?: number | undefined;
  /** Why, for operators; never shown to callers. */
  reason?: string | undefined;
  address?: string | undefined;
  pid?: number | undefined;
  count?: number | undefined;
  rule?: string | undefined;
  /** Which of the policies that have a shadow mode. */
  policy?: string | undefined;
  model?: string | undefined;
  /** Name of a model provider. */
  provider?: string | undefined;
  /** What the model provider calls a request; its support asks for it. */
  provider_request_id?: string | undefined;
  err?: unknown;
}
