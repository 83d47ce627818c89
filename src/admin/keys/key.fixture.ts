import { AuthzError, type AuthzErrorCode, type KeyAdministration } from '../../authz/index.ts';
import type { KeyAccess } from './open.ts';

export const KEY = {
  ...{ id: 'key_1', client: 'service-a', tenant: 'acme', tier: 'pro' },
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** Keys that answer as a test wants, with who asked and for what. */
export function keysThat(answers: Partial<KeyAdministration>): { keys: KeyAccess; asked: unknown[] } {
  const asked: unknown[] = [];
  const keys = (actor: string) =>
    Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        (...args: unknown[]) => {
          asked.push([actor, ...args]);
          return (answer as (...all: unknown[]) => unknown)(...args);
        },
      ]),
    ) as unknown as KeyAdministration;
  return { keys, asked };
}

/** Keys of which nothing can be done, for one reason. */
export function keysThatRefuse(code: AuthzErrorCode, message = 'That cannot be.'): KeyAccess {
  const refuse = () => Promise.reject(new AuthzError(code, message));
  return keysThat({ listKeys: refuse, createKey: refuse, rotateKey: refuse, revokeKey: refuse }).keys;
}
