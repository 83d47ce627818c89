import { createFetcher } from '../../../http/index.ts';
import type { Sender } from '../sender.ts';
import type { ExportHeaders } from './headers.ts';

/** Of an answer, which says what was refused if anything was. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends each message as the body of a POST (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request). */
export function createHttpSender(
  url: string,
  timeoutMs: number,
  asked: ExportHeaders = {},
): Sender<Uint8Array> {
  const fetcher = createFetcher({ maxConnections: 1 });
  const headers = { ...asked, 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' };
  return {
    async send(body) {
      await fetcher.fetch({ url, method: 'POST', headers, body, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
    },
    close: () => fetcher.close(),
  };
}
