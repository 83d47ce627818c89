import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, write } from 'node:fs';
import type { Code, RateLimitRequest } from '../rls/message.ts';
import type { Conceal } from './confidential.ts';
import { formatTrafficLine } from './traffic-line.ts';

/** Writes down requests to the service, for `gatehouse limits replay`. */
export interface TrafficRecorder {
  /** Never waits and never throws: what cannot be written is left out. */
  record(request: RateLimitRequest, lease: string | undefined, code: Code): void;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

export interface TrafficRecorderOptions {
  /** Appended to. */
  file: string;
  /**
   * Which part of the callers is recorded, from 0 to 1: of each first descriptor all requests or none, so that what a
   * limit would have counted for it is whole.
   */
  sampling: number;
  /** Size of the file at which recording ends. */
  maxBytes: number;
  conceal: Conceal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Told once, when nothing more is recorded. */
  onEnd(reason: string): void;
}

/** Lines are written together when as many have come, or after this time. */
const FLUSH_BYTES = 64 * 1024;
const FLUSH_MS = 1_000;
/** What may wait while the disk is slow; lines beyond it are left out. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** @throws an Error for people where the file cannot be opened */
export function openTrafficRecorder(options: TrafficRecorderOptions): TrafficRecorder {
  const { file, sampling, maxBytes, conceal, now, onEnd } = options;
  const descriptor = open(file);
  let size = fstatSync(descriptor).size;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  let ended = false;

  const end = (reason: string) => {
    if (!ended) onEnd(reason);
    ended = true;
  };
  const flush = (): Promise<void> => {
    if (writing !== undefined) return writing.then(flush);
    if (waiting.length === 0) return Promise.resolve();
    const lines = Buffer.from(waiting.join(''));
    waiting = [];
    waitingBytes = 0;
    writing = append(descriptor, lines)
      .catch((error: unknown) => end(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  return {
    record(request, lease, code) {
      if (ended || waitingBytes > MAX_WAITING_BYTES || !isSampled(request, sampling)) return;
      const concealed = {
        ...request,
        descriptors: request.descriptors.map((each) => ({ ...each, entries: each.entries.map(conceal) })),
      };
      const line = `${formatTrafficLine(now(), concealed, lease, code)}\n`;
      const bytes = Buffer.byteLength(line);
      if (size + bytes > maxBytes) return end(`the file has reached ${maxBytes} bytes`);
      size += bytes;
      waitingBytes += bytes;
      waiting.push(line);
      if (waitingBytes >= FLUSH_BYTES) void flush();
    },
    async close() {
      clearInterval(timer);
      ended = true;
      await flush();
      closeSync(descriptor);
    },
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`ratelimit.record.file: ${file} cannot be written (${code}): choose another file.`);
  }
}

function append(descriptor: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
      if (error) reject(error);
      else if (written < bytes.length) resolve(append(descriptor, bytes.subarray(written)));
      else resolve();
    });
  });
}

const HASH_RANGE = 2 ** 32;

function isSampled({ domain, descriptors }: RateLimitRequest, sampling: number): boolean {
  if (sampling >= 1) return true;
  const name = JSON.stringify([domain, descriptors[0]?.entries.map(({ key, value }) => [key, value])]);
  const hash = createHash('sha256').update(name).digest().readUInt32BE(0);
  return hash < sampling * HASH_RANGE;
}
