import { type CallConnection, openConnection, type PreparedCall } from '../load/connection.ts';
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

export interface CheckLoad {
  /** Of each check, in turn. */
  frames: readonly Buffer[];
  message: Buffer;
  /** Whether the ones before are answered or not; undefined: as fast as they are answered, 32 in flight. */
  perSecond: number | undefined;
}

/**
 * Sends checks over a connection of their own.
 * @throws where one is not answered with OK
 */
export async function sendChecks(port: number, { frames, message, perSecond }: CheckLoad): Promise<void> {
  const connection = await openConnection({ host: '127.0.0.1', port });
  const data = frame(FRAME.data, FLAG.endStream, 0, grpcMessage(message));
  const prepared = (call: number) => {
    const headers = frames[call] as Buffer;
    return { firstHeaders: headers, headers, data };
  };
  const bad =
    perSecond === undefined
      ? (
          await runLoad({
            ...{ connections: [connection], inFlight: IN_FLIGHT, calls: frames.length },
            prepared,
            isGood: isPassed,
          })
        ).bad
      : await sendSpaced(connection, frames.length, perSecond, prepared);
  connection.close();
  if (bad > 0) throw new Error(`${bad} checks were not answered with OK`);
}

/** @returns how many were not answered with OK */
function sendSpaced(
  connection: CallConnection,
  calls: number,
  perSecond: number,
  prepared: (call: number) => PreparedCall,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const begunMs = performance.now();
  let sent = 0;
  let answered = 0;
  let bad = 0;
  const onAnswer = (answer: Buffer | undefined) => {
    if (!isPassed(answer)) bad += 1;
    answered += 1;
    if (answered === calls) resolve(bad);
  };
  // A timer is not exact enough.
  const sendDue = () => {
    const due = Math.min(calls, Math.ceil(((performance.now() - begunMs) / 1000) * perSecond));
    for (; sent < due; sent += 1) connection.call(prepared(sent), onAnswer);
    if (sent < calls) setImmediate(sendDue);
  };
  sendDue();
  return promise;
}
