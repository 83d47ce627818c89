import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { FollowOptions, JobEvent, JobRecord, JobStore } from '../jobs/index.ts';
import { SPANS } from '../telemetry/index.ts';
import { cancelOnDisconnect } from './cancel-on-disconnect.ts';
import { waitSignal } from './deadline.ts';
import type { Answer, ApiContext } from './route.ts';
import { traceOf } from './trace.ts';

const EVENT_STREAM_TYPE = 'text/event-stream';

/** Keeps proxies from ending a silent connection, and finds clients that are gone. */
const HEARTBEAT_MS = 15_000;
/** A stream that lasts longer ends; its client goes on where it was with Last-Event-ID. */
const MAX_STREAM_MS = 3_600_000;
/** How long a client waits before it connects again. */
const RECONNECT_MS = 2_000;

export const eventStreamAnswer: Answer = {
  description:
    "The job's events, each with its sequence number as `id`, its type as `event` and JSON as `data`; ends after the final state",
  contentType: EVENT_STREAM_TYPE,
};

/** Sends a job's events that follow afterSeq, and those to come, until the job ends or the client leaves. */
export function sendEvents(
  context: ApiContext,
  reply: FastifyReply,
  job: JobRecord,
  afterSeq: number,
): FastifyReply {
  const { store, tracer, draining, log } = context;
  const { jobId } = job;
  cancelOnDisconnect(context, reply, job);
  const signal = waitSignal(reply, draining, MAX_STREAM_MS);
  const span = tracer.start(SPANS.delivery, traceOf(reply.request), {
    attributes: { 'gatehouse.job_id': jobId },
  });
  let sent = 0;
  let lastEvent = afterSeq;
  const onEvent = (seq: number) => {
    sent += 1;
    lastEvent = seq;
  };
  const options = { store, jobId, afterSeq, signal, silentMs: HEARTBEAT_MS, onEvent };
  const stream = Readable.from(eventStream(options));
  const delivered = () => {
    span.set({ 'gatehouse.delivery.events': sent, 'gatehouse.delivery.last_event': lastEvent });
    span.end();
  };
  // A client that leaves has it closed without an end.
  for (const event of ['end', 'close']) stream.once(event, delivered);
  stream.on('error', (err) => log.of(reply.request).error({ err }, 'event stream'));
  return reply
    .code(200)
    .type(EVENT_STREAM_TYPE)
    .header('cache-control', 'no-cache')
    .header('x-accel-buffering', 'no')
    .send(stream);
}

export interface EventStreamOptions extends FollowOptions {
  store: Pick<JobStore, 'follow'>;
  jobId: string;
  /** Called with each event that is sent. */
  onEvent?(seq: number): void;
}

/**
 * A job's events in the format of the HTML standard, section 9.2. The reader's pace is kept: events are read from the
 * store only as they are taken. While Redis is away the stream waits.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { store, jobId, onEvent } = options;
  yield `retry: ${RECONNECT_MS}\n\n`;
  for await (const events of store.follow(jobId, options)) {
    if (events.length === 0) yield ': heartbeat\n\n';
    for (const event of events) {
      yield format(event);
      onEvent?.(event.seq);
    }
  }
}

/** JSON has no line breaks, so the data is always one line. */
function format(event: JobEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
