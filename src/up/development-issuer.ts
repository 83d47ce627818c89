import { generateDevelopmentKey } from '../authz/index.ts';
import { type Config, isLoopbackHost } from '../config/index.ts';
import { createOnce } from './create-once.ts';

type Development = Config['identity']['jwt']['development'];

/**
 * Decides whether this installation trusts its own development issuer, and makes its key where there is none. With `auto`
 * it does where nobody but this machine reaches Envoy.
 * @param ownKeyFile where its key is kept unless the configuration names one
 */
export async function resolveDevelopmentIssuer(
  { identity, listen }: Pick<Config, 'identity' | 'listen'>,
  ownKeyFile: string,
): Promise<Development> {
  const { mode, keyFile = ownKeyFile } = identity.jwt.development;
  const isLocal = [listen.envoyHttp, listen.envoyTls].every(({ host }) => isLoopbackHost(host));
  if (mode === 'off' || (mode === 'auto' && !isLocal)) return { ...identity.jwt.development, mode: 'off' };
  if (keyFile === ownKeyFile) await createOnce(keyFile, generateDevelopmentKey(), 0o600);
  return { mode: 'on', keyFile };
}
