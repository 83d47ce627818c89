import { count } from '../shared/format.ts';

/** That counts are kept in bounded memory. @param error by how much each may be too low */
export function Inexact({ error }: { error: number }) {
  return error > 0 ? <p class="quiet">Each count of refusals may be too low by {count(error)}.</p> : null;
}
