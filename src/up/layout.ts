import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an installation keeps what, below its data dir. */
export interface Layout {
  /** Held by the one `gatehouse up` that runs here. */
  lockFile: string;
  /** Who that is. */
  pidFile: string;
  /** The resolved configuration of the running installation, which other commands read. */
  configFile: string;
  /** What Envoy reads. */
  envoyDir: string;
  /** What the installation's own Jaeger reads. */
  jaegerFile: string;
  /** The processes that `up` started, for the case that it is killed. */
  childrenFile: string;
  /** Which API key the last start printed. */
  demoKeyFile: string;
  /** Private key of the issuer of `gatehouse tokens mint`. */
  developmentIssuerFile: string;
  runDir: string;
  secretsDir: string;
  tlsDir: string;
  redisDir: string;
  logFile(child: string): string;
}

/** @param dataDir absolute */
export function layout(dataDir: string): Layout {
  const runDir = join(dataDir, 'run');
  return {
    lockFile: join(runDir, 'up.lock'),
    pidFile: join(runDir, 'up.pid'),
    configFile: join(runDir, 'gatehouse.yaml'),
    envoyDir: join(runDir, 'envoy'),
    jaegerFile: join(runDir, 'jaeger.yaml'),
    childrenFile: join(runDir, 'children.json'),
    developmentIssuerFile: join(dataDir, 'secrets', 'development-issuer.pem'),
    demoKeyFile: join(dataDir, 'secrets', 'demo-key-id'),
    runDir,
    secretsDir: join(dataDir, 'secrets'),
    tlsDir: join(dataDir, 'tls'),
    redisDir: join(dataDir, 'redis'),
    logFile: (child) => join(dataDir, 'logs', `${child}.log`),
  };
}

/** Makes the folders; those that hold secrets, data or logs are the owner's alone. */
export async function makeFolders(dataDir: string): Promise<Layout> {
  const places = layout(dataDir);
  const priv = [places.runDir, places.envoyDir, places.secretsDir, places.redisDir, join(dataDir, 'logs')];
  for (const folder of priv) await mkdir(folder, { recursive: true, mode: 0o700 });
  return places;
}
