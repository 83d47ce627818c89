/** Where Gatehouse answers otherwise than envoyproxy/ratelimit on purpose; each is a heading of docs/compatibility.md. */
export const DIFFERENCES = {
  collisions: 'Keys and values are not joined',
  crash: 'No request ends the process',
  giveBack: 'Hits can be given back',
  strictFiles: 'Files are read strictly',
  refusesToStart: 'A wrong file stops the start',
  wholeHits: 'Hits beyond 2^53',
} as const;

export type Difference = keyof typeof DIFFERENCES;
