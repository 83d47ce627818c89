import type { ListedKey } from '../../authz/index.ts';
import type { KeyAccess } from '../keys/open.ts';
import { actorOf, type Visitor } from '../sign-in/visitor.ts';

/** Every key's record; none where this process has no access to them. */
export async function listKeys(keys: KeyAccess, visitor: Visitor): Promise<ListedKey[]> {
  return 'unavailable' in keys ? [] : keys(actorOf(visitor)).listKeys();
}
