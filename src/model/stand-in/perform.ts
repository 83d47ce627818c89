import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import {
  blockEvents,
  type ContentStep,
  closingEvents,
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
  const content: ContentStep[] = [];
  for (const step of steps) {
    if (step.kind === 'fail') return fail(response, step);
    if (step.kind === 'text' || step.kind === 'call') content.push(step);
    else await performQuietly(response, step, signal);
  }
  response.writeHead(200, { 'content-type': 'application/json', 'request-id': requestId(head) });
  response.end(JSON.stringify(wholeMessage(head, content)));
}

/** Answers with server-sent events as the steps go. What comes before the first word comes before the headers. */
export async function performStreamed(
  response: ServerResponse,
  head: MessageHead,
  steps: Step[],
  signal: AbortSignal,
): Promise<void> {
  const send = async (event: { type: string }) => {
    const fits = response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (!fits) await once(response, 'drain', { signal });
  };
  const content: ContentStep[] = [];
  for (const step of steps) {
    if (step.kind === 'wait') {
      await performQuietly(response, step, signal);
      continue;
    }
    if (step.kind === 'fail' && !response.headersSent) return fail(response, step);
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': requestId(head) });
      await send(openingEvent(head));
      await send({ type: 'ping' });
    }
    if (step.kind === 'fail') {
      await send(errorBody(step.type, step.message));
      return void response.end();
    }
    if (step.kind === 'text' || step.kind === 'call') {
      for (const event of blockEvents(step, head, content.length)) await send(event);
      content.push(step);
    } else await performQuietly(response, step, signal);
  }
  for (const event of closingEvents(content)) await send(event);
  response.end();
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
  step: Extract<Step, { kind: 'wait' | 'stall' | 'cut' }>,
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
