import { readFile, writeFile } from 'node:fs/promises';
import { withKeyAdministration } from '../authz/index.ts';
import type { Config } from '../config/index.ts';

const CLIENT = 'demo';
const TIER = 'pro';
/** As the audit has it. */
const ACTOR = 'up';

/** The key that `up` prints, and the tier that it has. */
export interface DemoKey {
  key: string;
  client: string;
  tier: string;
}

/**
 * Makes the demo client's API key and revokes the one that the last start printed: only hashes are kept, so an
 * old one cannot be shown again.
 * @param idFile where the id of the last one is kept
 */
export async function replaceDemoKey(config: Config, idFile: string): Promise<DemoKey> {
  const previous = await readFile(idFile, 'utf8').catch(() => undefined);
  const tiers = Object.keys(config.tiers);
  const created = await withKeyAdministration(config, ACTOR, async (keys) => {
    if (previous !== undefined) await keys.revokeKey(previous.trim());
    return keys.createKey({ client: CLIENT, tier: tiers.includes(TIER) ? TIER : tiers[0] });
  });
  await writeFile(idFile, `${created.id}\n`, { mode: 0o600 });
  return { key: created.key, client: created.client, tier: created.tier };
}
