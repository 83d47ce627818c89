import type { Redis, RedisKeys } from '../../redis/index.ts';
import { type Finding, findingSchema } from './finding.ts';

/** A finding with its place in the stream, which sorts by time. */
export type StoredFinding = Finding & { id: string; at: string };

/** Of all processes together: about a megabyte. */
const MAX_FINDINGS = 2_000;
const KEEP_MS = 7 * 24 * 3_600_000;
/** Entries that are looked at for one page, wanted or not. */
const MAX_LOOKED_AT = 2_000;
const AT_ONCE = 200;

/** The findings of the last days in Redis, the newest so many of them. @param now milliseconds since the epoch */
export function createFindingStore(
  redis: Redis,
  { inspectionFindings: key }: Pick<RedisKeys, 'inspectionFindings'>,
  now: () => number,
) {
  return {
    /** @throws what Redis throws */
    async add(findings: readonly Finding[]): Promise<void> {
      const pipeline = redis.pipeline();
      for (const finding of findings) {
        pipeline.xadd(key, 'MAXLEN', '~', MAX_FINDINGS, '*', 'finding', JSON.stringify(finding));
      }
      pipeline.xtrim(key, 'MINID', '~', now() - KEEP_MS).pexpire(key, KEEP_MS);
      const failed = (await pipeline.exec())?.find(([error]) => error !== null);
      if (failed?.[0]) throw failed[0];
    },
    /**
     * The newest first.
     * @param before id of a finding, to read on from there
     * @param wanted which of them
     * @returns next: where it goes on; undefined at the end
     * @throws what Redis throws
     */
    async list(
      limit: number,
      before: string | undefined,
      wanted: (finding: Finding) => boolean,
    ): Promise<{ findings: StoredFinding[]; next: string | undefined }> {
      const findings: StoredFinding[] = [];
      let last = before;
      for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += AT_ONCE) {
        const from = last === undefined ? '+' : `(${last}`;
        const entries = await redis.xrevrange(key, from, '-', 'COUNT', AT_ONCE);
        for (const [id, [, json]] of entries) {
          if (findings.length === limit) return { findings, next: last };
          last = id;
          const finding = parse(json);
          if (finding !== undefined && wanted(finding)) findings.push({ id, at: timeOf(id), ...finding });
        }
        if (entries.length < AT_ONCE) return { findings, next: undefined };
      }
      return { findings, next: last };
    },
  };
}

export type FindingStore = ReturnType<typeof createFindingStore>;

/** @returns undefined for what cannot be read: another version of Gatehouse may have written it */
function parse(json: string | undefined): Finding | undefined {
  try {
    return findingSchema.safeParse(JSON.parse(json ?? '')).data;
  } catch {
    return undefined;
  }
}

/** @param id `<milliseconds>-<number>`, by Redis's clock */
function timeOf(id: string): string {
  return new Date(Number.parseInt(id, 10)).toISOString();
}
