import type { Permissions } from '../credentials/principal.ts';
import { AuthzError } from '../errors.ts';
import { isCidr } from './cidr.ts';
import { type KeyGrants, TOKEN_PATTERN } from './record.ts';

/** More than anybody needs, and still small in memory and on the wire. */
const MAX_LIST = 100;

/**
 * Checks what a key is to be restricted to and to carry.
 * @returns the same without what is empty or absent
 * @throws AuthzError invalid_grant that says what is wrong and how it is written
 */
export function checkedGrants({ cidrs, routes, roles, scopes, permissions = {} }: KeyGrants): KeyGrants {
  const { maxTokensPerRequest, allowedSkills, allowedModels } = permissions;
  for (const cidr of cidrs ?? []) if (!isCidr(cidr)) throw badCidr(cidr);
  checkNames('route', routes);
  checkNames('role', roles);
  checkNames('scope', scopes);
  checkNames('skill', allowedSkills);
  checkNames('model', allowedModels);
  for (const list of [cidrs, routes, roles, scopes, allowedSkills, allowedModels]) checkLength(list);
  if (
    maxTokensPerRequest !== undefined &&
    !(Number.isSafeInteger(maxTokensPerRequest) && maxTokensPerRequest > 0)
  ) {
    throw new AuthzError(
      'invalid_grant',
      `${maxTokensPerRequest} tokens: expected a whole number from 1 up.`,
    );
  }
  const checked: Permissions = {
    ...(maxTokensPerRequest !== undefined && { maxTokensPerRequest }),
    ...(isFilled(allowedSkills) && { allowedSkills }),
    ...(isFilled(allowedModels) && { allowedModels }),
  };
  return {
    ...(isFilled(cidrs) && { cidrs }),
    ...(isFilled(routes) && { routes }),
    ...(isFilled(roles) && { roles }),
    ...(isFilled(scopes) && { scopes }),
    ...(Object.keys(checked).length > 0 && { permissions: checked }),
  };
}

function isFilled(list: readonly string[] | undefined): list is readonly string[] {
  return list !== undefined && list.length > 0;
}

function checkNames(what: string, names: readonly string[] = []): void {
  const wrong = names.find((name) => !TOKEN_PATTERN.test(name));
  if (wrong === undefined) return;
  throw new AuthzError(
    'invalid_grant',
    `${JSON.stringify(wrong)} cannot be a ${what}'s name: use 1 to 128 characters of ASCII without spaces, quotes and backslashes.`,
  );
}

function checkLength(list: readonly string[] = []): void {
  if (list.length > MAX_LIST)
    throw new AuthzError('invalid_grant', `A key takes ${MAX_LIST} of a kind at most.`);
}

function badCidr(cidr: string): AuthzError {
  return new AuthzError(
    'invalid_grant',
    `${JSON.stringify(cidr)} is no address and no CIDR block: write 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.`,
  );
}
