/** The system's clock may be set while a process runs; a span's times then agree with those of others again, soon. */
const MAX_DRIFT_MS = 2;
const LOOK_MS = 100;

let originMs = performance.timeOrigin;
let nextLookMs = 0;

/**
 * Milliseconds since the epoch, with fractions: Date.now() rounds down, so that a span of ours would seem to begin before
 * the span of Envoy's that it is part of.
 */
export function epochMs(): number {
  const elapsedMs = performance.now();
  if (elapsedMs >= nextLookMs) followSystemClock(elapsedMs);
  return originMs + elapsedMs;
}

function followSystemClock(elapsedMs: number): void {
  const driftMs = Date.now() - (originMs + elapsedMs);
  if (Math.abs(driftMs) > MAX_DRIFT_MS) originMs += driftMs;
  nextLookMs = elapsedMs + LOOK_MS;
}
