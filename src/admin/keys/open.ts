import { AuthzError, type KeyAdministrationFor, openKeyAdministration } from '../../authz/index.ts';
import type { Config } from '../../config/index.ts';
import type { Redis } from '../../redis/index.ts';

/** Administers keys, or why that cannot be done here. */
export type KeyAccess = KeyAdministrationFor | { unavailable: string };

/** The role has work also where no API keys are used, or where it is not to make any: then it has no hash key. */
export async function openKeyAccess(config: Config, redis: Redis): Promise<KeyAccess> {
  try {
    return await openKeyAdministration(config, redis);
  } catch (error) {
    if (error instanceof AuthzError && error.code === 'invalid_key_file')
      return { unavailable: error.message };
    throw error;
  }
}
