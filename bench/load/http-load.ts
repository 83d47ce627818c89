import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What a process that sends HTTP/1.1 requests is to do. */
export interface HttpJob {
  port: number;
  /** Request line without its path, headers and the blank line: `GET`, and the rest after the path. */
  method: string;
  headers: Readonly<Record<string, string>>;
  /** Before a number, so that no two requests are for the same path. */
  pathPrefix: string;
  /** Connections, with one request each at a time. */
  inFlight: number;
  requests: number;
}

export interface HttpResult {
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers with another status than 200. */
  bad: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const OK = Buffer.from('HTTP/1.1 200 ');
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;

/** A closed loop over connections that stay open: each answer is followed by the next request until all are done. */
async function runHttpLoad(job: HttpJob): Promise<HttpResult> {
  const { port, method, headers, pathPrefix, inFlight, requests } = job;
  const rest = ` HTTP/1.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
  const latenciesMs = new Float64Array(requests);
  let started = 0;
  let bad = 0;
  const open = async () => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: inFlight }, open));
  const begin = performance.now();
  const work = async (socket: Socket) => {
    const answers = new Answers(socket);
    while (started < requests) {
      const request = started;
      started += 1;
      const sentMs = performance.now();
      socket.write(`${method} ${pathPrefix}${request}${rest}`);
      if (!(await answers.next())) bad += 1;
      latenciesMs[request] = performance.now() - sentMs;
    }
    socket.destroy();
  };
  await Promise.all(sockets.map(work));
  const seconds = (performance.now() - begin) / 1000;
  latenciesMs.sort();
  const at = (share: number) => latenciesMs[Math.floor(requests * share)] ?? 0;
  return { seconds, p50Ms: at(0.5), p99Ms: at(0.99), bad };
}

/** The answers on a connection, one after the other. */
class Answers {
  #bytes: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<boolean> | undefined;

  constructor(socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
      this.#read();
    });
    socket.on('close', () => this.#waiting?.reject(new Error('Envoy closed a connection')));
  }

  /** Whether the next one is 200. */
  next(): Promise<boolean> {
    this.#waiting = Promise.withResolvers<boolean>();
    return this.#waiting.promise;
  }

  #read(): void {
    const headEnd = this.#bytes.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = CONTENT_LENGTH.exec(this.#bytes.toString('latin1', 0, headEnd))?.[1];
    const end = headEnd + HEAD_END.length + Number(length ?? 0);
    if (this.#bytes.length < end) return;
    const isOk = this.#bytes.subarray(0, OK.length).equals(OK);
    this.#bytes = this.#bytes.subarray(end);
    this.#waiting?.resolve(isOk);
  }
}

/** By itself: does the jobs that its parent sends, until that is gone. */
if (import.meta.main) {
  process.on('message', async (job: HttpJob) => process.send?.(await runHttpLoad(job)));
}
