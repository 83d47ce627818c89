/** Where Gatehouse answers otherwise than envoyproxy/ratelimit on purpose; each is a heading of docs/compatibility.md. */
export const DIFFERENCES = {
  body: 'A refusal has a body',
  collisions: 'Keys and values are not joined',
  crash: 'No request ends the process',
  giveBack: 'Hits can be given back',
  strictFiles: 'Files are read more strictly',
  numbers: 'Numbers may be written in more ways',
  stopIncrement: 'Refused hits and STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT',
  metadata: 'Metadata beside metric keys',
  wholeHits: 'Very large numbers',
} as const;

export type Difference = keyof typeof DIFFERENCES;
