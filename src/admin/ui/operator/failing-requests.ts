import type { Figures } from '../../contract.ts';

const SHARE = 0.01;
/** Within the minute that figures are of: one failure of ten requests says little. */
const LEAST = 3;

/** Whether so many requests fail that it is to be seen at a glance, as GatehouseServerErrors has it. */
export function areRequestsFailing({
  requestsPerS,
  serverErrorsPerS,
}: Pick<Figures, 'requestsPerS' | 'serverErrorsPerS'>): boolean {
  if (requestsPerS === null || serverErrorsPerS === null) return false;
  return Math.round(serverErrorsPerS * 60) >= LEAST && serverErrorsPerS > SHARE * requestsPerS;
}
