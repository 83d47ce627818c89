/** Every field that a log line may carry beside its text, in one place, and what it says. Prompts, keys and tokens have none on purpose. */
export const LOG_FIELDS = {
  role: 'what the process serves, such as `api` or `authz+ratelimit`',
  request_id: 'the request, as its answer and the access log have it',
  trace_id: 'the trace that it belongs to: 32 hexadecimal digits',
  job_id: 'the job',
  attempt: 'which try at the job, from 1',
  client: 'who called',
  tenant: 'whose client it is',
  tier: "the caller's tier",
  key_id: "the credential's id: of an API key, or of a token",
  actor: 'which operator, as the audit says it',
  route: 'the route, by its name in the configuration',
  code: 'what happened, from a closed set: the code of a decision, a job or an error',
  status: 'the HTTP status of the answer',
  duration_ms: 'how long it took, or takes',
  reason: 'why, for operators; callers are not told',
  address: 'where something listens or is reached',
  pid: 'a process',
  count: 'how many',
  rule: 'rules that were met, by name',
  policy: 'which of the policies that have a shadow mode',
  model: 'the model',
  provider: 'a model provider, by its name in the configuration',
  provider_request_id: 'what the provider calls a request; its support asks for it',
  workspace: 'a repository, by its name in the configuration',
  err: 'an error: type, message, code and where it was thrown',
} as const;

interface FieldTypes {
  attempt: number;
  status: number;
  duration_ms: number;
  pid: number;
  count: number;
  err: unknown;
}

type FieldName = keyof typeof LOG_FIELDS;

/** What a line may say; everything is text but what FieldTypes has. */
export type LogFields = {
  [Name in FieldName]?: (Name extends keyof FieldTypes ? FieldTypes[Name] : string) | undefined;
};
