import type { RepositoryScheme } from '../../config/index.ts';

/** What a git process may do. */
export interface GitAccess {
  /** How it may reach repositories. */
  scheme: RepositoryScheme | 'none';
  /** File with settings that git reads only from the user's own configuration. */
  globalConfigFile?: string;
  /** Further settings. They can be secrets: other users cannot read a process's environment. */
  settings?: Record<string, string>;
  /** The command that reaches hosts by ssh. */
  sshCommand?: string;
}

/** What an operator's surroundings say of proxies and certificate authorities. */
const PASSED_ON = [
  ...['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
];

/** They go before what any file says (git-config(1), GIT_CONFIG_COUNT). */
const SETTINGS: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  // A host that sends us elsewhere would have the credential go there too.
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '30',
  'transfer.credentialsInUrl': 'die',
  // What runs on in the background would not be covered by the mirror's lock.
  'gc.autoDetach': 'false',
  'maintenance.autoDetach': 'false',
  'protocol.allow': 'never',
};

/**
 * The whole environment of a git process: nothing that the user, the system or another repository configures counts,
 * no program of theirs runs, nobody is asked for a password, and only one way to other repositories is open.
 */
export function gitEnvironment(
  { scheme, globalConfigFile = '/dev/null', settings = {}, sshCommand }: GitAccess,
  surroundings: NodeJS.ProcessEnv,
): Record<string, string> {
  const all = Object.entries({ ...SETTINGS, ...settings });
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = surroundings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passedOn),
    // Messages are told apart by their words.
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: globalConfigFile,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: scheme === 'none' ? 'none' : scheme,
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
    ...(sshCommand === undefined ? {} : { GIT_SSH_COMMAND: sshCommand }),
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  };
}
