import { traceUrl } from '../../config/index.ts';
import type { Injection, JobEvent, JobRecord } from '../../jobs/index.ts';
import { traceIdOf } from '../../telemetry/index.ts';
import { printableLine, printableText } from '../printable.ts';

/**
 * What is known of a job, a line each. Its prompt is not kept with it.
 * @param traces where people look at traces
 */
export function jobText(
  job: JobRecord,
  position: number | undefined,
  traces: Parameters<typeof traceUrl>[0],
): string {
  const { owner, error, usage } = job;
  const traceId = traceIdOf(job.traceparent);
  const lines: [string, string | number | undefined][] = [
    ['job', job.jobId],
    ['state', position === undefined ? job.state : `${job.state}, place ${position}`],
    ['client', `${owner.client} of ${owner.tenant}, tier ${owner.tier}, key ${owner.keyId}`],
    ['attempts', job.attempts],
    ...(job.retries ?? []).map(({ attempt, code, at }): [string, string] => [
      '',
      `attempt ${attempt} ended at ${at}: ${code}`,
    ]),
    ['model', job.model],
    ['session', job.session],
    ...(job.injected ?? []).map((injection, index): [string, string] => [
      index === 0 ? 'injected' : '',
      injectionText(injection),
    ]),
    ['error', error && `${error.code}: ${error.message}`],
    ['tokens', usage && `${usage.input_tokens} in, ${usage.output_tokens} out`],
    ['cost', job.costUsd === undefined ? undefined : `$${job.costUsd}`],
    ['files', job.artifacts && `${job.artifacts.count}, ${job.artifacts.bytes} bytes`],
    ['created', job.createdAt],
    ['started', job.startedAt],
    ['finished', job.finishedAt],
    ['request', job.requestId],
    ['trace', traceId],
    ['', traceId && traceUrl(traces, traceId)],
  ];
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(10)}${printableLine(String(value))}`)
    .join('\n');
}

function injectionText(injection: Injection): string {
  switch (injection.source) {
    case 'systemPrefix':
      return `system prefix of the ${injection.from} ${injection.name}, ${digestText(injection)}`;
    case 'template':
      return `template of the ${injection.from} ${injection.name} for ${injection.field}, ${digestText(injection)}`;
    case 'header':
      return `${injection.field} from ${injection.name}`;
    case 'skill':
      return `skill ${injection.name}, ${digestText(injection)}`;
    case 'workspace':
      return `workspace ${injection.name}, branch ${injection.branch} at ${injection.commit.slice(0, 12)}`;
  }
}

function digestText({ sha256 }: { sha256: string }): string {
  return `sha256 ${sha256.slice(0, 12)}`;
}

/** An event as a line of its own; text has lines of its own. */
export function eventText(event: JobEvent): string {
  return event.type === 'text' ? printableText(event.text) : printableLine(lineOf(event));
}

function lineOf(event: Exclude<JobEvent, { type: 'text' }>): string {
  switch (event.type) {
    case 'status':
      return `-- ${event.state} (attempt ${event.attempt})`;
    case 'tool':
      return `-- uses ${event.name}`;
    case 'artifact':
      return `-- made ${event.path} (${event.bytes} bytes)`;
    case 'prompt_leak':
      return '-- wrote the marker of its system prompt';
    case 'usage':
      return `-- ${event.input_tokens} tokens in, ${event.output_tokens} out, $${event.costUsd}`;
    case 'result':
      return `-- answered by ${event.model}`;
    case 'error':
      return `-- ${event.error.code}: ${event.error.message}`;
  }
}
