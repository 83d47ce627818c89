import { type Config, tracesEndpoint } from '../../../config/index.ts';
import type { Sender } from '../sender.ts';
import { createGrpcSender } from './grpc-sender.ts';
import { createHttpSender } from './http-sender.ts';

/** A collector takes spans in milliseconds; one that does not hangs. */
const TIMEOUT_MS = 5_000;

/** Sends each ExportTraceServiceRequest as telemetry.traces.protocol says. */
export function createOtlpSender(traces: Config['telemetry']['traces']): Sender<Uint8Array> {
  const endpoint = tracesEndpoint(traces);
  return traces.protocol === 'grpc'
    ? createGrpcSender(endpoint, TIMEOUT_MS)
    : createHttpSender(endpoint, TIMEOUT_MS);
}
