/** The system's clock may be set while a process runs; a span's times then agree with those of others again. */
const MAX_DRIFT_MS = 2;

let originMs = performance.timeOrigin;

/**
 * Milliseconds since the epoch, with fractions: Date.now() rounds down, so that a span of ours would seem to begin before
 * the span of Envoy's that it is part of.
 */
export function epochMs(): number {
  const elapsedMs = performance.now();
  const driftMs = Date.now() - (originMs + elapsedMs);
  if (Math.abs(driftMs) > MAX_DRIFT_MS) originMs += driftMs;
  return originMs + elapsedMs;
}
