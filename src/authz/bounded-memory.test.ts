import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** A container that starts empty, and so could grow with the traffic. One that is made from another is bounded by it. */
const EMPTY_CONTAINER = /new (?:Map|Set|WeakMap|LRUCache)(?:<.*>)?\((?:\)|\{)/g;

const BY_CHECKS =
  'lookups under way: at most as many as checks are worked on (identity.limits.maxConcurrentChecks)';
const ONCE = 'filled once, from the configuration';
const WITHIN_ONE_CALL = 'gone when the function returns';

/** Everything in authz that could grow, and what keeps it from doing so. */
const BOUNDS: Record<string, string[]> = {
  'assertion-memory.ts': ['an LRU of MAX_REMEMBERED'],
  'api-keys/last-used.ts': ['an LRU of cache.maxEntries', 'cache.maxEntries', 'the same, begun anew'],
  'api-keys/lookup.ts': ['an LRU of cache.maxEntries', 'an LRU of cache.maxEntries', BY_CHECKS],
  'blocklist/store.ts': ['identity.blocklist.maxEntries, else it is not kept'],
  'certificates/match.ts': [WITHIN_ONE_CALL],
  'certificates/rules.ts': [WITHIN_ONE_CALL],
  'codec/encode-response.ts': ['weak: goes with its metadata'],
  'credentials/certificate.ts': ['an LRU of MAX_REMEMBERED'],
  'credentials/jwt.ts': ['an LRU of cache.maxEntries', 'an LRU of cache.maxEntries', BY_CHECKS],
  'credentials/oauth.ts': ['an LRU of cache.maxEntries', 'an LRU of cache.maxEntries', BY_CHECKS],
  'credentials/session.ts': ['weak: what is remembered of a token goes with it'],
  'jwt/rsa-strength.ts': [WITHIN_ONE_CALL],
  'metadata.ts': ['weak: one for each principal that is known'],
  'metrics.ts': [
    'one entry for each kind of HeldEntries',
    'one for each method',
    'one for each code',
    'one for each issuer that is configured',
    'one for each outcome',
    'one for each policy, verdict and class',
  ],
  'permissions/caller-limits.ts': ['weak: one for each principal that is known'],
  'routes/path-tree.ts': [ONCE],
  'strict-json/scanner.ts': ['the members that are wanted, of one body'],
};

test('everything in authz that could grow with the traffic has a bound', () => {
  const found: Record<string, number> = {};
  for (const file of globSync('**/*.ts', { cwd: import.meta.dirname })) {
    if (file.endsWith('.test.ts')) continue;
    const count = readFileSync(`${import.meta.dirname}/${file}`, 'utf8').match(EMPTY_CONTAINER)?.length ?? 0;
    if (count > 0) found[file] = count;
  }
  const unexplained = Object.entries(found).filter(([file, count]) => count > (BOUNDS[file]?.length ?? 0));
  expect(unexplained, 'a container was added: say in BOUNDS what bounds it').toEqual([]);
});
