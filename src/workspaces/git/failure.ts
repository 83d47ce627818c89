import type { Collected } from './collect.ts';

/** Why a fetch failed, as far as git says. */
export type FetchFailure =
  | 'timed_out'
  | 'refused'
  | 'not_found'
  | 'moved'
  | 'unknown_host_key'
  | 'unreachable'
  | 'damaged'
  /** It may be larger than it may be. */
  | 'unmeasured'
  | 'failed';

/** Words of git, curl and ssh, in the C locale; the first that fits counts. */
const PATTERNS: [FetchFailure, RegExp][] = [
  ['unknown_host_key', /Host key verification failed/],
  ['moved', /redirect|returned error: 30\d/i],
  [
    'refused',
    /Authentication failed|could not read (Username|Password)|Permission denied|returned error: 40[13]/,
  ],
  [
    'not_found',
    /not found|does not exist|does not appear to be a git repository|No such file|returned error: 404/i,
  ],
  [
    'unreachable',
    /early EOF|RPC failed|unexpected disconnect|hung up|Could not resolve|Couldn't connect|Failed to connect|Connection (refused|timed out|reset|closed)|unable to access/i,
  ],
  [
    'damaged',
    /(object file|loose object|packfile) .* (is empty|corrupt|invalid)|bad object|unable to read tree|index-pack failed|missing (blob|tree|commit)|not a git repository/i,
  ],
];

/** Tells failures of a fetch apart. */
export function fetchFailure(stderr: string, cut: Collected['cut']): FetchFailure {
  if (cut !== undefined) return 'timed_out';
  return PATTERNS.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'failed';
}

const SENTENCES: Record<FetchFailure, string> = {
  timed_out: 'it took too long',
  refused: 'its host refuses the credential of this installation',
  not_found: 'its host has no such repository',
  moved: 'its host sends us to another address',
  unknown_host_key: 'the key of its host is not among those that are trusted',
  unreachable: 'its host could not be reached',
  damaged: 'what its host sent could not be used',
  unmeasured: 'its size could not be measured',
  failed: 'git failed',
};

/** What a caller is told. */
export function failureSentence(name: string, failure: FetchFailure): string {
  const mayPass = ['timed_out', 'unreachable', 'unmeasured'].includes(failure);
  const later = mayPass ? 'Try again later, or tell' : 'Tell';
  return `The workspace ${name} could not be fetched: ${SENTENCES[failure]}. ${later} the operator.`;
}

/** Whether another attempt may do better. */
export function isPassing(failure: FetchFailure): boolean {
  return ['timed_out', 'unreachable', 'damaged', 'unmeasured', 'failed'].includes(failure);
}
