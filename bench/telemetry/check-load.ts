import { openConnection } from '../load/connection.ts';
import { EnvoyHeaders, type Field } from '../load/envoy-headers.ts';
import { FLAG, FRAME, frame, grpcMessage } from '../load/http2-frames.ts';
import { isPassed } from '../load/passed.ts';
import { runLoad } from '../load/run-load.ts';

const IN_FLIGHT = 32;

/** What Envoy sends with each Check, in its order: before the trace's headers, and after them. */
const BEFORE: readonly Field[] = [
  [':method', 'POST'],
  [':path', '/envoy.service.auth.v3.Authorization/Check'],
  [':authority', 'authz'],
  [':scheme', 'http'],
  ['te', 'trailers'],
  ['grpc-timeout', '2000m'],
  ['content-type', 'application/grpc'],
];
const AFTER: readonly Field[] = [
  ['x-envoy-internal', 'true'],
  ['x-forwarded-for', '192.0.2.2'],
  ['x-envoy-expected-rq-timeout-ms', '2000'],
];

/** The HEADERS frames of the first checks of a connection. @param traceparent of the check at a place, if it has one */
export function headerFrames(checks: number, traceparent: (at: number) => string | undefined): Buffer[] {
  const headers = new EnvoyHeaders();
  return Array.from({ length: checks }, (_, at) => {
    const trace = traceparent(at);
    const traced: Field[] =
      trace === undefined
        ? []
        : [
            ['traceparent', trace],
            ['tracestate', ''],
          ];
    return frame(FRAME.headers, FLAG.endHeaders, 0, headers.encode([...BEFORE, ...traced, ...AFTER]));
  });
}

/**
 * Sends a check for each of the frames, 32 in flight, over a connection of its own.
 * @throws where one is not answered with OK
 */
export async function sendChecks(port: number, frames: readonly Buffer[], message: Buffer): Promise<void> {
  const connection = await openConnection({ host: '127.0.0.1', port });
  const data = frame(FRAME.data, FLAG.endStream, 0, grpcMessage(message));
  const { bad } = await runLoad({
    connections: [connection],
    inFlight: IN_FLIGHT,
    calls: frames.length,
    prepared(call) {
      const headers = frames[call] as Buffer;
      return { firstHeaders: headers, headers, data };
    },
    isGood: isPassed,
  });
  connection.close();
  if (bad > 0) throw new Error(`${bad} checks were not answered with OK`);
}
