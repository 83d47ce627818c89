import { LRUCache } from 'lru-cache';
import { type FolderStamp, folderStamp } from './folder-stamp.ts';
import { readSkill, type Skill } from './skill.ts';

/** Of all that are kept, beside their names: a dozen of the largest, or all that anybody has. */
const MAX_BYTES = 64 * 2 ** 20;

/** What was changed so lately may be changed again without its ctime telling: the kernel's clock has ticks of up to 10 ms. */
const SETTLED_MS = 1_000;

interface Kept {
  stamp: string;
  skill: Skill;
}

/** Reads skills, and keeps those whose files are as they were when they were read last. */
export class SkillCache {
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ stamp, skill }) =>
      stamp.length + skill.files.reduce((sum, { bytes }) => sum + bytes.length, 0),
  });
  /** Many jobs that ask at once for one that is not kept share one reading. */
  readonly #reading = new Map<string, Promise<Skill>>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * As readSkill(): what an operator has changed counts from then on.
   * @throws SkillError
   */
  async read(name: string, folder: string): Promise<Skill> {
    const key = JSON.stringify([name, folder]);
    const stamp = await folderStamp(folder);
    const kept = this.#kept.get(key);
    if (stamp !== undefined && kept?.stamp === stamp.text) return kept.skill;
    const known = this.#reading.get(key);
    if (known !== undefined) return known;
    const reading = this.#readAnew(key, name, folder, stamp).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #readAnew(
    key: string,
    name: string,
    folder: string,
    before: FolderStamp | undefined,
  ): Promise<Skill> {
    const skill = await readSkill(name, folder);
    const after = await folderStamp(folder);
    const isSettled = before !== undefined && this.#now() - before.changedAtMs > SETTLED_MS;
    if (isSettled && after?.text === before.text) this.#kept.set(key, { stamp: before.text, skill });
    else this.#kept.delete(key);
    return skill;
  }
}
