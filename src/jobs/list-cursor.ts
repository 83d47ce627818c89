import { z } from 'zod';
import type { ListPlace } from './job-index.ts';

const placeSchema = z.tuple([z.int().min(0), z.uuid()]);

/** A place in a list as text that callers pass back unread. */
export function encodeCursor({ createdAt, jobId }: ListPlace): string {
  return Buffer.from(JSON.stringify([createdAt, jobId])).toString('base64url');
}

/** @returns undefined for what is no cursor of ours */
export function decodeCursor(cursor: string): ListPlace | undefined {
  try {
    const [createdAt, jobId] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { createdAt, jobId };
  } catch {
    return undefined;
  }
}
