import { type Config, tracesEndpoint } from '../../../config/index.ts';
import type { Sender } from '../sender.ts';
import { createGrpcSender } from './grpc-sender.ts';
import { readExportHeaders } from './headers.ts';
import { createHttpSender } from './http-sender.ts';

/** A collector takes spans in milliseconds; one that does not hangs. */
const TIMEOUT_MS = 5_000;

/**
 * Sends each ExportTraceServiceRequest as telemetry.traces.protocol says.
 * @throws where telemetry.traces.headersFile cannot be used
 */
export function createOtlpSender(traces: Config['telemetry']['traces']): Sender<Uint8Array> {
  const endpoint = tracesEndpoint(traces);
  const headers = readExportHeaders(traces.headersFile);
  return traces.protocol === 'grpc'
    ? createGrpcSender(endpoint, TIMEOUT_MS, headers)
    : createHttpSender(endpoint, TIMEOUT_MS, headers);
}
