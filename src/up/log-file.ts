import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';

/** A log over this size is put aside as `.1` when its process starts, so that a folder of logs has a bound. */
const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;
const COPY_BYTES = 1024 * 1024;

/**
 * Opens a child's log for appending, rotated where it has grown. Appending is what lets rotateLog cut it.
 * @returns a file descriptor to close
 */
export function openLog(file: string): number {
  if (sizeOf(file) > MAX_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/**
 * Puts what is in a log aside as `.1` and empties it, while its process goes on writing to it. What is written
 * between the last look and the cut, a few microseconds, is lost.
 * @param maxBytes a smaller log is left alone
 */
export function rotateLog(file: string, maxBytes: number): void {
  if (sizeOf(file) <= maxBytes) return;
  const log = openSync(file, 'r+');
  try {
    const aside = openSync(`${file}.1`, 'w', 0o600);
    try {
      const chunk = Buffer.alloc(COPY_BYTES);
      for (let length = readSync(log, chunk); length > 0; length = readSync(log, chunk)) {
        writeSync(aside, chunk, 0, length);
      }
      ftruncateSync(log);
    } finally {
      closeSync(aside);
    }
  } finally {
    closeSync(log);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last line that says something, shortened; undefined when the log is empty or was not written since `from`. */
export function lastLine(file: string, from: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(from, size - TAIL_BYTES);
    if (size <= start) return undefined;
    const tail = Buffer.alloc(size - start);
    const read = readSync(descriptor, tail, 0, tail.length, start);
    return tail.toString('utf8', 0, read).trimEnd().split('\n').at(-1)?.trim().slice(0, 400);
  } finally {
    closeSync(descriptor);
  }
}
