import type { ChildProcess } from 'node:child_process';

/** How long a process may take, and how much it may say. */
export interface CollectLimits {
  maxBytes: number;
  timeoutMs: number;
  signal: AbortSignal;
  /** What it reads. */
  input?: Buffer;
  /** Kills it with all that it started. */
  kill(): void;
}

/** What a process came to. */
export interface Collected {
  /** The exit code; undefined where it was killed or did not start. */
  code: number | undefined;
  stdout: Buffer;
  /** Its end; it may name what a repository's authors chose, and repeat an address. */
  stderr: string;
  /** Why it was killed from here. */
  cut?: 'aborted' | 'timed_out' | 'too_long';
}

/** Of what is said on standard error; the last counts. */
const MAX_STDERR_CHARACTERS = 4_096;

/** Reads what a process says until it ends. */
export function collect(child: ChildProcess, limits: CollectLimits): Promise<Collected> {
  const { maxBytes, timeoutMs, signal, input, kill } = limits;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stderr = '';
  let cut: Collected['cut'];
  const end = (why: NonNullable<Collected['cut']>) => {
    cut ??= why;
    kill();
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) return end('too_long');
    chunks.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS);
  });
  // One that ends before it has read all says so by its exit code.
  child.stdin?.on('error', () => {}).end(input);
  const timer = setTimeout(() => end('timed_out'), timeoutMs);
  const abort = () => end('aborted');
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return new Promise((resolve) => {
    const done = (code: number | undefined, message = '') => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const said = { stdout: Buffer.concat(chunks), stderr: stderr || message };
      resolve({ code, ...said, ...(cut === undefined ? {} : { cut }) });
    };
    child.once('error', ({ message }) => done(undefined, message));
    child.once('close', (code) => done(code ?? undefined));
  });
}
