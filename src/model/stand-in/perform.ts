import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { StopReason } from './directive.ts';
import {
  blockEvents,
  type ContentStep,
  closingEvents,
  deltaCount,
  type MessageHead,
  openingEvent,
  wholeMessage,
} from './message.ts';
import type { Step } from './plan.ts';

/** Answers with one JSON body once all steps are done. */
export async function performWhole(
  response: ServerResponse,
  head: MessageHead,
  steps: Step[],
  signal: AbortSignal,
): Promise<void> {
  const told = withUsage(head, steps);
  const content: ContentStep[] = [];
  let paceMs = 0;
  let stopped: StopReason | undefined;
  for (const step of steps) {
    if (step.kind === 'fail') return fail(response, step);
    if (step.kind === 'pace') paceMs = step.ms;
    else if (step.kind === 'stop') stopped = step.reason;
    else if (step.kind === 'text' || step.kind === 'call') {
      await pause(paceMs * deltaCount(step), signal);
      content.push(step);
    } else if (step.kind !== 'usage') await performQuietly(response, step, signal);
  }
  response.writeHead(200, { 'content-type': 'application/json', 'request-id': requestId(head) });
  response.end(JSON.stringify(wholeMessage(told, content, stopped)));
}

/** Answers with server-sent events as the steps go. What comes before the first word comes before the headers. */
export async function performStreamed(
  response: ServerResponse,
  head: MessageHead,
  steps: Step[],
  signal: AbortSignal,
): Promise<void> {
  const told = withUsage(head, steps);
  const send = async (event: { type: string }) => {
    const fits = response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (!fits) await once(response, 'drain', { signal });
  };
  const begin = async () => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': requestId(head) });
    await send(openingEvent(told));
    await send({ type: 'ping' });
  };
  const content: ContentStep[] = [];
  let paceMs = 0;
  let stopped: StopReason | undefined;
  for (const step of steps) {
    if (step.kind === 'usage') continue;
    if (step.kind === 'pace') paceMs = step.ms;
    else if (step.kind === 'wait' || step.kind === 'silence') await performQuietly(response, step, signal);
    else if (step.kind === 'fail' && !response.headersSent) return fail(response, step);
    else {
      await begin();
      if (step.kind === 'fail') {
        await send(errorBody(step.type, step.message));
        return void response.end();
      }
      if (step.kind === 'stop') stopped = step.reason;
      else if (step.kind === 'text' || step.kind === 'call') {
        for (const event of blockEvents(step, head, content.length)) {
          if (event.type === 'content_block_delta') await pause(paceMs, signal);
          await send(event);
        }
        content.push(step);
      } else await performQuietly(response, step, signal);
    }
  }
  for (const event of closingEvents(told, content, stopped)) await send(event);
  response.end();
}

/** What the answer says of itself, with what the prompt wants it to say. */
function withUsage(head: MessageHead, steps: Step[]): MessageHead {
  const usage = Object.assign({}, ...steps.flatMap((step) => (step.kind === 'usage' ? [step.usage] : [])));
  return { ...head, usage };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal });
}

/** Answers with an error in Anthropic's shape. */
export function refuse(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(errorBody(type, message)));
}

function fail(response: ServerResponse, step: Extract<Step, { kind: 'fail' }>): void {
  const headers = step.retryAfterS === undefined ? {} : { 'retry-after': String(step.retryAfterS) };
  refuse(response, step.status, step.type, step.message, headers);
}

function errorBody(type: string, message: string) {
  return { type: 'error', error: { type, message } };
}

/** Rejects when the client has left, which is how stall and cut end. */
async function performQuietly(
  response: ServerResponse,
  step: Extract<Step, { kind: 'wait' | 'silence' | 'stall' | 'cut' }>,
  signal: AbortSignal,
): Promise<void> {
  if (step.kind === 'wait') return delay(step.ms, undefined, { signal });
  if (step.kind === 'cut') {
    // What was said before the break has to get out, or it would be a break before the answer.
    if (response.headersSent) await new Promise((resolve) => response.write(': cut\n', resolve));
    response.destroy();
  }
  signal.throwIfAborted();
  await once(signal, 'abort');
  signal.throwIfAborted();
}

function requestId({ id }: MessageHead): string {
  return id.replace(/^msg_/, 'req_');
}
