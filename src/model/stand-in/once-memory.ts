import { createHash } from 'node:crypto';

/** Remembers, for each prompt, which of its `once` directives have had their turn. */
export interface OnceMemory {
  get(prompt: string): ReadonlySet<number>;
  set(prompt: string, spent: ReadonlySet<number>): void;
}

const MAX_PROMPTS = 1_000;

/** Forgets the prompt that was used longest ago when there are too many. Keeps digests only. */
export function createOnceMemory(): OnceMemory {
  const spentBy = new Map<string, ReadonlySet<number>>();
  const key = (prompt: string) => createHash('sha256').update(prompt).digest('base64');
  return {
    get: (prompt) => spentBy.get(key(prompt)) ?? new Set(),
    set(prompt, spent) {
      const digest = key(prompt);
      spentBy.delete(digest);
      if (spent.size > 0) spentBy.set(digest, spent);
      const oldest = spentBy.keys().next();
      if (spentBy.size > MAX_PROMPTS && !oldest.done) spentBy.delete(oldest.value);
    },
  };
}
