import { readFile } from 'node:fs/promises';
import { type Config, repositoryScheme } from '../../config/index.ts';
import type { GitAccess } from './environment.ts';

type Repository = Config['workspaces']['repositories'][string];

/** A repository to fetch from. */
export interface Source {
  /** What git is given; never an option, because it begins with a letter or a slash. */
  address: string;
  access: GitAccess;
  /** Takes secrets and user names out of what git said. */
  mask(text: string): string;
}

/** User name and password of an address (RFC 3986, section 3.2.1). */
const USER_INFORMATION = /\/\/[^/"'\s]*@/g;

/** @throws an Error that names the setting where a secret cannot be read */
export async function openSource(
  name: string,
  { path, url, credential, ssh }: Repository,
  environment: NodeJS.ProcessEnv,
): Promise<Source> {
  const address = path ?? url ?? '';
  const scheme = url === undefined ? 'file' : (repositoryScheme(url) ?? 'file');
  const setting = `workspaces.repositories.${name}`;
  if (ssh !== undefined) {
    const access = { scheme, sshCommand: sshCommand(ssh) };
    return { address, access, mask: (text) => masked(text, []) };
  }
  if (credential === undefined) return { address, access: { scheme }, mask: (text) => masked(text, []) };
  const token = await readToken(credential, setting, environment);
  const basic = Buffer.from(`${credential.username}:${token}`).toString('base64');
  const secrets = [token, basic, encodeURIComponent(token)];
  // Only for this address, and never in an argument, where every user of the host could read it.
  const settings = { [`http.${address}.extraHeader`]: `Authorization: Basic ${basic}` };
  return { address, access: { scheme, settings }, mask: (text) => masked(text, secrets) };
}

async function readToken(
  { tokenFile, tokenVariable }: NonNullable<Repository['credential']>,
  setting: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const [where, text] =
    tokenFile === undefined
      ? [`${setting}.credential.tokenVariable`, environment[tokenVariable ?? '']]
      : [`${setting}.credential.tokenFile`, await readText(tokenFile, `${setting}.credential.tokenFile`)];
  const token = text?.trim();
  if (!token) throw new Error(`${where} has no token: it is not set, or empty.`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`${where} has no token: expected one line of ASCII.`);
  return token;
}

async function readText(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${setting} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** GIT_SSH_COMMAND goes through a shell. */
function sshCommand({ keyFile, knownHostsFile }: NonNullable<Repository['ssh']>): string {
  const options = [
    ...['BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'StrictHostKeyChecking=yes'],
    ...['GlobalKnownHostsFile=/dev/null', 'ConnectTimeout=20', 'ForwardAgent=no', 'PermitLocalCommand=no'],
    ...['ClearAllForwardings=yes', 'ControlPath=none', `UserKnownHostsFile="${knownHostsFile}"`],
  ];
  const words = ['ssh', '-F', '/dev/null', '-i', keyFile, ...options.flatMap((option) => ['-o', option])];
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

function masked(text: string, secrets: string[]): string {
  const without = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[token]'), text);
  return without.replace(USER_INFORMATION, '//…@');
}
