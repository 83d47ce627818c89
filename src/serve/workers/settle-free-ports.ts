import type { Config } from '../../config/index.ts';
import { boundPort, holdFreePort, release } from '../free-ports.ts';
import { ROLES, type RoleDefinition, type RoleName } from '../roles.ts';

/**
 * Settles which ports the roles use where the configuration asks for any free one: processes that share an address have
 * to know it.
 */
export async function settleFreePorts(config: Config, roles: readonly RoleName[]): Promise<Config> {
  const names = roles.flatMap((role) => {
    const { workers }: RoleDefinition = ROLES[role];
    return 'addresses' in workers ? workers.addresses : [];
  });
  const held = await Promise.all(
    names
      .filter((name) => config.listen[name].port === 0)
      .map(async (name) => {
        const { host } = config.listen[name];
        const server = await holdFreePort(host);
        return { name, server, address: { host, port: boundPort(server) } };
      }),
  );
  await Promise.all(held.map(({ server }) => release(server)));
  return {
    ...config,
    listen: { ...config.listen, ...Object.fromEntries(held.map(({ name, address }) => [name, address])) },
  };
}
