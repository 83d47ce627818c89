import type { ChildSpec } from './child-process.ts';
import type { TieToParent } from './parent-death.ts';
import { probeRedis } from './redis-socket.ts';

export interface OwnRedisOptions {
  program: string;
  dir: string;
  socketPath: string;
  logFile: string;
  env: NodeJS.ProcessEnv;
  tie: TieToParent;
}

/** A Redis for this installation alone: no TCP port, everything on disk, nothing ever evicted. */
export function ownRedis(options: OwnRedisOptions): ChildSpec {
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: options.socketPath,
    unixsocketperm: '700',
    dir: options.dir,
    daemonize: 'no',
    logfile: '',
    // Jobs outlive a crash of Redis in either case, because each write reaches the kernel before its answer goes
    // out. `everysec` may lose the last second when the machine itself loses power; `always` would put a disk
    // flush on the path of every request, whose counters are in the same file.
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return {
    name: 'redis',
    ...options.tie({ file: options.program, args }),
    env: options.env,
    logFile: options.logFile,
    readiness: { by: 'probe', probe: () => probeRedis(options.socketPath) },
  };
}
