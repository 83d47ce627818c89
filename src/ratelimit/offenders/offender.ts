import { createHash } from 'node:crypto';
import type { DescriptorEntry } from '../rules/match.ts';

/** A descriptor and one limit that it met. */
export interface LimitedDescriptor {
  domain: string;
  /** The limit's name; empty where the file gives none. */
  limit: string;
  entries: readonly DescriptorEntry[];
}

/** What became of a descriptor's requests. */
export interface Offender extends LimitedDescriptor {
  /** Requests that this limit refused. At most what there were, and at least that less the list's error. */
  limited: number;
  /** Requests that it let pass, counted from the first refusal on. */
  passed: number;
  /** limited / (limited + passed), from 0 to 1. */
  limitedRatio: number;
}

/** Callers choose values, and a list is no place for a whole prompt. */
const MAX_VALUE_CHARACTERS = 200;

/** A descriptor and its limit as one line of text, which readDescriptor reads back. */
export function formatDescriptor({ domain, limit, entries }: LimitedDescriptor): string {
  return JSON.stringify([domain, limit, ...entries.flatMap(({ key, value }) => [key, shorten(value)])]);
}

/** The inverse of formatDescriptor, with long values shortened. */
export function readDescriptor(text: string): LimitedDescriptor {
  const [domain = '', limit = '', ...rest] = JSON.parse(text) as string[];
  const entries: DescriptorEntry[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    entries.push({ key: rest[at] as string, value: rest[at + 1] as string });
  }
  return { domain, limit, entries };
}

/** Two long values that begin alike stay two. */
function shorten(value: string): string {
  if (value.length <= MAX_VALUE_CHARACTERS) return value;
  const digest = createHash('sha256').update(value).digest('base64url').slice(0, 12);
  return `${value.slice(0, MAX_VALUE_CHARACTERS)}...${digest}`;
}
