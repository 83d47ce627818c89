import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/**
 * An answer that goes on: text in the format of the HTML standard, section 9.2 (server-sent events).
 * @param stream.signal aborted when it is to end
 * @param stream.drop ends the connection at once, also while nobody reads what is sent
 */
export type EventStream = (stream: { signal: AbortSignal; drop(): void }) => AsyncIterable<string>;

/** A stream that lasts longer ends; its reader connects again. */
const MAX_STREAM_MS = 3_600_000;

/** Sends a stream at its reader's pace. @param closing aborted when the server closes */
export function sendEvents(reply: FastifyReply, events: EventStream, closing: AbortSignal): FastifyReply {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, closing, AbortSignal.timeout(MAX_STREAM_MS)]);
  const drop = () => void reply.raw.destroy();
  return (
    reply
      .code(200)
      .type('text/event-stream')
      .header('x-accel-buffering', 'no')
      // Nothing comes after it, and a server that closes need not wait for more.
      .header('connection', 'close')
      .send(Readable.from(events({ signal, drop })))
  );
}
