import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type TrafficLine, trafficLineSchema } from './traffic-line.ts';

/** A line that is no recorded request. */
export interface BadLine {
  file: string;
  line: number;
  reason: string;
}

export interface TrafficReading {
  /** The requests of all files by time; each file's are in order already, as a service writes them. */
  lines(): AsyncGenerator<TrafficLine>;
  /** How far it has come, from 0 to 1. */
  progress(): number;
}

export interface ReadTrafficOptions {
  files: readonly string[];
  onBadLine(bad: BadLine): void;
}

/** A request to Envoy's rate limit service has at most this size. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads recorded traffic line by line, so that a file may be of any size.
 * @throws an Error for people where a file cannot be read
 */
export async function readTraffic({ files, onBadLine }: ReadTrafficOptions): Promise<TrafficReading> {
  let totalBytes = 0;
  for (const file of files) totalBytes += await sizeOf(file);
  let readBytes = 0;
  const advance = (bytes: number) => {
    readBytes += bytes;
  };
  return {
    lines: () => byTime(files.map((file) => linesOf(file, onBadLine, advance))),
    progress: () => (totalBytes === 0 ? 1 : Math.min(readBytes / totalBytes, 1)),
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw Object.assign(new Error(), { code: 'it is no file' });
    return stats.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new Error(`${file}: ${reason}`);
  }
}

async function* linesOf(
  file: string,
  onBadLine: ReadTrafficOptions['onBadLine'],
  advance: (bytes: number) => void,
): AsyncGenerator<TrafficLine> {
  const stream = createReadStream(file, 'utf8');
  const input = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of input) {
    line += 1;
    advance(Buffer.byteLength(text) + 1);
    if (text.trim() === '') continue;
    const parsed = parseLine(text);
    if (typeof parsed === 'string') onBadLine({ file, line, reason: parsed });
    else yield parsed;
  }
}

/** @returns why it is no recorded request, where it is none */
function parseLine(text: string): TrafficLine | string {
  if (text.length > MAX_LINE_CHARACTERS) return 'is too long';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const parsed = trafficLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'the line'}: ${issue?.message}`;
}

/** Merges sources that are each in order of time. */
async function* byTime(sources: readonly AsyncGenerator<TrafficLine>[]): AsyncGenerator<TrafficLine> {
  const heads: { line: TrafficLine; source: AsyncGenerator<TrafficLine> }[] = [];
  const advance = async (source: AsyncGenerator<TrafficLine>) => {
    const next = await source.next();
    if (!next.done) heads.push({ line: next.value, source });
  };
  for (const source of sources) await advance(source);
  while (heads.length > 0) {
    let earliest = 0;
    for (const [index, { line }] of heads.entries()) {
      if (line.at < (heads[earliest]?.line.at ?? 0)) earliest = index;
    }
    const [head] = heads.splice(earliest, 1);
    if (head === undefined) return;
    yield head.line;
    await advance(head.source);
  }
}
