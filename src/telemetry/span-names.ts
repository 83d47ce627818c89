/**
 * What spans are called, in one place. Of requests, calls and model requests the names are those of OpenTelemetry's
 * semantic conventions: `POST /claude/invoke`, `package.Service/Method`, `chat MODEL`, `execute_tool TOOL`.
 */
export const SPANS = {
  /** An HTTP request that the api answers. */
  http: (method: string, route: string | undefined) => (route === undefined ? method : `${method} ${route}`),
  /** A gRPC call that authz or the rate limit service answers. */
  rpc: (service: string, method: string) => `${service}/${method}`,
  /** Putting a job into the queue. */
  enqueue: 'send jobs',
  /** A job from its acceptance to its end. */
  job: 'job',
  /** A job's wait for a worker, before each attempt. */
  queueWait: 'queue wait',
  /** One try at a job. */
  attempt: 'attempt',
  /** From asking for a worker until it speaks. */
  workerStart: 'worker start',
  /** Seeing to it that a repository's mirror is young enough, which may be a fetch, and may be a wait for another's. */
  workspaceFetch: 'workspace fetch',
  /** Making a job's copy of a repository. */
  workspaceCopy: 'workspace copy',
  /** A request to the model provider. */
  chat: (model: string) => `chat ${model}`,
  /** A tool that the run uses. */
  tool: (name: string) => `execute_tool ${name}`,
  /** Keeping the files that an attempt made. */
  artifacts: 'upload artifacts',
  /** Sending a job's events to a client. */
  delivery: 'deliver events',
} as const;

/**
 * Every attribute that a span of ours may carry, and what it says. Names without `gatehouse.` are OpenTelemetry's
 * (semantic conventions 1.45: HTTP, RPC, messaging, GenAI). Prompts, what models and tools say, keys and tokens have
 * none on purpose.
 */
export const SPAN_ATTRIBUTES = {
  'error.type': 'why it failed: a status, or the code of a decision, job or provider error',
  'http.request.method': 'method of a request to the api',
  'http.route': 'its route',
  'http.response.status_code': "status of the api's or the provider's answer",
  'http.request.resend_count': 'which retry of the same model request it is, by what Claude Code says',
  'rpc.system': '`grpc`',
  'rpc.service': 'service of a call, such as `envoy.service.auth.v3.Authorization`',
  'rpc.method': 'its method',
  'rpc.grpc.status_code': 'status of its answer: 0 where there was one',
  'messaging.system': '`gatehouse`: the queue is our own, in Redis',
  'messaging.destination.name': '`jobs`',
  'messaging.operation.type': '`send` of what puts a job into the queue, `process` of an attempt',
  'messaging.message.id': "the job's id",
  'gen_ai.operation.name': '`chat` of a model request, `execute_tool` of a tool',
  'gen_ai.provider.name': '`anthropic`',
  'gen_ai.request.model': 'the model that the provider was asked for',
  'gen_ai.response.finish_reasons': 'why the model stopped',
  'gen_ai.usage.input_tokens': 'tokens that the model read, those from its cache among them',
  'gen_ai.usage.output_tokens': 'tokens that it wrote',
  'gen_ai.usage.cache_read.input_tokens': 'tokens that it read from its cache',
  'gen_ai.usage.cache_creation.input_tokens': 'tokens that it put into its cache',
  'gen_ai.tool.name': 'the tool',
  'gen_ai.tool.call.id': 'what the model calls this use of it',
  'gatehouse.request_id': 'the request, as its answer, the logs and the access log have it',
  'gatehouse.job_id': 'the job',
  'gatehouse.job.state': 'how the job ended',
  'gatehouse.attempt': 'which try at the job, from 1',
  'gatehouse.attempt.outcome': 'completed, failed or retry; absent where it was ended from outside',
  'gatehouse.client': 'who called',
  'gatehouse.tenant': 'whose client it is',
  'gatehouse.tier': "the caller's tier",
  'gatehouse.decision':
    'what authz decided: allow, deny or error; what the rate limit service did: OK or OVER_LIMIT',
  'gatehouse.queue.reason':
    'what the job waited for: `first` worker, or that of a `retry` or after it was `handed_back`',
  'gatehouse.queue.delay_ms': 'how long a retry had to wait at least',
  'gatehouse.worker.origin':
    'cold: started for the job; warm: waited ready for one; reused: had served the same caller before',
  'gatehouse.workspace': 'the repository, by its name in the configuration',
  'gatehouse.model.provider': 'the provider that was asked last, by its name in the configuration',
  'gatehouse.model.provider_request_id': 'what the provider calls the request; its support asks for it',
  'gatehouse.model.tries': 'how many providers were asked',
  'gatehouse.model.outcome': 'how the request went, as gatehouse_model_requests_total has it',
  'gatehouse.artifacts.count': 'files that were kept',
  'gatehouse.artifacts.refused': 'files that were not',
  'gatehouse.delivery.events': 'events that were sent',
  'gatehouse.delivery.last_event': 'sequence number of the last of them',
} as const;

export type SpanAttribute = keyof typeof SPAN_ATTRIBUTES;
