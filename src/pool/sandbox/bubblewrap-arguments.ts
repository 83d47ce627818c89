import type { HostLayout } from './host-layout.ts';

/** Options that older versions of bubblewrap lack, so they are used where `bwrap --help` names them. */
export interface BubblewrapFeatures {
  /** --size, since 0.7: bounds a tmpfs. */
  tmpfsSize: boolean;
  /** --disable-userns, since 0.8: no further user namespaces inside, the usual way to kernel bugs. */
  disableUserns: boolean;
}

/** What one sandbox is to be. */
export interface SandboxDescription {
  features: BubblewrapFeatures;
  host: HostLayout;
  /** Host paths that are shown beyond the host layout. */
  binds: { source: string; target: string; writable: boolean }[];
  /** Working folder, as seen inside. */
  cwd: string;
  /** The whole environment inside. */
  environment: Record<string, string>;
  /** The program and its arguments, as seen inside. */
  command: string[];
  /** Where bubblewrap writes the pid of the sandbox's first process. */
  infoFd?: number;
  /** Where bubblewrap reads a seccomp filter. */
  filterFd?: number | undefined;
}

/** Memory that files in /tmp may take: they live in a tmpfs, so a job could otherwise fill the host's memory. */
const TMP_BYTES = 1 << 30;
/** As much as container runtimes give. */
const SHM_BYTES = 64 << 20;

function memory(path: string, maxBytes: number, features: BubblewrapFeatures): string[] {
  return [...(features.tmpfsSize ? ['--size', String(maxBytes)] : []), '--tmpfs', path];
}

/** Reads from `bwrap --help` what this version can do. */
export function bubblewrapFeatures(help: string): BubblewrapFeatures {
  return { tmpfsSize: /^\s*--size\s/m.test(help), disableUserns: /^\s*--disable-userns\s/m.test(help) };
}

/**
 * The arguments of `bwrap` for one sandbox (bwrap(1)): every namespace of its own, no capability, no
 * variable and no host path but those named, a read-only root, and an end when its parent ends.
 */
export function bubblewrapArguments(sandbox: SandboxDescription): string[] {
  const { features, host } = sandbox;
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(features.disableUserns ? ['--disable-userns'] : []),
    ...['--hostname', 'worker', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...(sandbox.infoFd === undefined ? [] : ['--info-fd', String(sandbox.infoFd)]),
    ...(sandbox.filterFd === undefined ? [] : ['--seccomp', String(sandbox.filterFd)]),
    ...Object.entries(sandbox.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...host.mounts.flatMap((path) => ['--ro-bind', path, path]),
    ...host.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ...['--proc', '/proc', '--dev', '/dev'],
    // /dev is in memory too, and nothing bounds it.
    ...memory('/dev/shm', SHM_BYTES, features),
    ...['--remount-ro', '/dev'],
    ...memory('/tmp', TMP_BYTES, features),
    ...sandbox.binds.flatMap(({ source, target, writable }) => [
      writable ? '--bind' : '--ro-bind',
      source,
      target,
    ]),
    // Last, because the mount points above are made in it.
    ...['--remount-ro', '/'],
    ...['--chdir', sandbox.cwd, '--', ...sandbox.command],
  ];
}
