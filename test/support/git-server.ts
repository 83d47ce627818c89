import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Repositories served over HTTP by git's own program, on loopback. */
export interface GitServer {
  /** Ends with a slash. */
  url: string;
  /** What was asked for: method and path, oldest first. */
  requests: string[];
  /** What each request had as Authorization. */
  authorizations: (string | undefined)[];
  /** Fetches that went on at the same time, at most. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** Folder that the repositories are in. */
  root: string;
  /** What every request needs as Authorization. */
  authorization?: string;
  /** Called before a request is answered; it may answer itself. @returns whether it has */
  before?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

export async function startGitServer({ root, authorization, before }: GitServerOptions): Promise<GitServer> {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  let now = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers.authorization);
    now += 1;
    most = Math.max(most, now);
    response.once('close', () => {
      now -= 1;
    });
    if (before !== undefined && (await before(request, response))) return;
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    serve(root, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    authorizations,
    mostAtOnce: () => most,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** As git-http-backend(1) is called by a web server (RFC 3875). */
function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
    );
    response.end(output.subarray(end + 4));
  });
}
