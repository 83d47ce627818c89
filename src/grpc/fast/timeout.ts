const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** grpc-timeout: up to eight digits and a unit, such as `500m`. @returns ms, undefined where it is none */
export function parseTimeoutMs(text: string): number | undefined {
  const unitMs = UNIT_MS[text.slice(-1)];
  return unitMs !== undefined && /^\d{1,8}.$/.test(text) ? Number(text.slice(0, -1)) * unitMs : undefined;
}
