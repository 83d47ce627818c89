import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RateLimitRequest } from '../rls/message.ts';
import { createConceal } from './confidential.ts';
import { type BadLine, readTraffic } from './read-traffic.ts';
import { openTrafficRecorder, type TrafficRecorderOptions } from './recorder.ts';
import { requestOf, type TrafficLine } from './traffic-line.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-traffic-'));
  file = join(dir, 'traffic.jsonl');
});
afterEach(() => rm(dir, { recursive: true }));

const request = (client: string): RateLimitRequest => ({
  domain: 'shop',
  hits_addend: 0,
  descriptors: [
    { entries: [{ key: 'client', value: client }], limit: null, hits_addend: null, is_negative_hits: false },
  ],
});

function open(options: Partial<TrafficRecorderOptions> = {}) {
  const ends: string[] = [];
  let atMs = 1_000;
  const recorder = openTrafficRecorder({
    ...{ file, sampling: 1, maxBytes: 1024 * 1024, conceal: createConceal([]) },
    now: () => atMs++,
    onEnd: (reason) => ends.push(reason),
    ...options,
  });
  return { recorder, ends };
}

async function read(...files: string[]): Promise<{ lines: TrafficLine[]; bad: BadLine[] }> {
  const bad: BadLine[] = [];
  const { lines } = await readTraffic({ files, onBadLine: (line) => bad.push(line) });
  return { lines: await Array.fromAsync(lines()), bad };
}

describe('a recording', () => {
  it('is read back as it was, in order, and only its owner may read it', async () => {
    const { recorder } = open();
    for (const client of ['a', 'b', 'c']) recorder.record(request(client), undefined, 'OK');
    await recorder.close();
    const { lines, bad } = await read(file);
    expect(lines.map(requestOf)).toEqual(['a', 'b', 'c'].map(request));
    expect(lines.map(({ at }) => at)).toEqual([1_000, 1_001, 1_002]);
    expect(bad).toEqual([]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('holds no secret', async () => {
    const { recorder } = open();
    const secret = `sk-ant-${'x'.repeat(40)}`;
    recorder.record(request(secret), undefined, 'OVER_LIMIT');
    await recorder.close();
    expect(await readFile(file, 'utf8')).not.toContain('sk-ant');
  });

  it('ends at its largest size, and says so once', async () => {
    const { recorder, ends } = open({ maxBytes: 1_000 });
    for (let at = 0; at < 100; at += 1) recorder.record(request('service-a'), undefined, 'OK');
    await recorder.close();
    expect((await stat(file)).size).toBeLessThanOrEqual(1_000);
    expect(ends).toEqual(['the file has reached 1000 bytes']);
    expect((await read(file)).bad).toEqual([]);
  });

  it('goes on in a file that is there, whose size counts', async () => {
    const first = open();
    first.recorder.record(request('a'), undefined, 'OK');
    await first.recorder.close();
    const { size } = await stat(file);
    const second = open({ maxBytes: size + 10 });
    second.recorder.record(request('b'), undefined, 'OK');
    await second.recorder.close();
    expect((await read(file)).lines).toHaveLength(1);
    expect(second.ends).toHaveLength(1);
  });

  it('of a part of the callers has all requests of each of them or none', async () => {
    const { recorder } = open({ sampling: 0.3 });
    for (let at = 0; at < 2_000; at += 1) recorder.record(request(`service-${at % 200}`), undefined, 'OK');
    await recorder.close();
    const counts = new Map<string, number>();
    for (const line of (await read(file)).lines) {
      const client = line.descriptors[0]?.entries[0]?.value ?? '';
      counts.set(client, (counts.get(client) ?? 0) + 1);
    }
    expect(new Set(counts.values())).toEqual(new Set([10]));
    expect(counts.size).toBeGreaterThan(30);
    expect(counts.size).toBeLessThan(90);
  });

  it('that cannot be written is refused at the start', () => {
    expect(() => open({ file: join(dir, 'none', 'traffic.jsonl') })).toThrow(
      /ratelimit\.record\.file: .*ENOENT/,
    );
  });
});

describe('reading', () => {
  it('names lines that are no request, and goes on', async () => {
    const good = '{"at":1,"domain":"d","descriptors":[{"entries":[{"key":"k","value":"v"}]}]}';
    await writeFile(
      file,
      [
        good,
        '{"at":1',
        '',
        '{"at":"yesterday","domain":"d","descriptors":[{"entries":[{"key":"k"}]}]}',
        '{"at":1,"domain":"d","descriptors":[]}',
        '{"at":1,"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":{"requests":1,"unit":"eon"}}]}',
        '{"at":1,"domain":"d","descriptors":[{"entries":[{"key":"k"}]}],"extra":1}',
        good,
      ].join('\n'),
    );
    const { lines, bad } = await read(file);
    expect(lines).toHaveLength(2);
    expect(bad.map(({ line }) => line)).toEqual([2, 4, 5, 6, 7]);
    expect(bad.map(({ reason }) => reason)).toEqual([
      'is not JSON',
      expect.stringContaining('at: expected a time'),
      expect.stringContaining('descriptors'),
      'descriptors.0.limit.unit: expected a unit such as hour',
      expect.stringContaining('extra'),
    ]);
  });

  it('merges the files of several processes by time', async () => {
    const lines = (...times: number[]) =>
      times
        .map((at) => `{"at":${at},"domain":"d","descriptors":[{"entries":[{"key":"k","value":"v"}]}]}\n`)
        .join('');
    const other = join(dir, 'other.jsonl');
    await writeFile(file, lines(1, 4, 5, 9));
    await writeFile(other, lines(2, 3, 10));
    expect((await read(file, other)).lines.map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 9, 10]);
  });

  it('tells how far it has come', async () => {
    await writeFile(file, '{"at":1,"domain":"d","descriptors":[{"entries":[{"key":"k"}]}]}\n'.repeat(10));
    const reading = await readTraffic({ files: [file], onBadLine: () => {} });
    expect(reading.progress()).toBe(0);
    await Array.fromAsync(reading.lines());
    expect(reading.progress()).toBe(1);
  });

  it.each([
    ['a file that is not there', () => join(dir, 'none'), 'there is no such file'],
    ['a folder', () => dir, 'it is no file'],
  ])('%s is refused', async (_what, path, reason) => {
    await expect(readTraffic({ files: [path()], onBadLine: () => {} })).rejects.toThrow(reason);
  });
});
