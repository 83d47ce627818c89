import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatHostPort, parseDurationMs, parseHostPort, parseSizeBytes } from './units.ts';

it.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
])('reads the duration %s', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

it.each(['', '5', '5 s', '-5s', '5S', '0.0001ms', '1e3s', '99999999999999d'])(
  'refuses the duration "%s"',
  (text) => expect(parseDurationMs(text)).toBeUndefined(),
);

it.each([
  ['512B', 512],
  ['64KiB', 65_536],
  ['0.5MiB', 524_288],
])('reads the size %s', (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes));

it.each(['', '10', '10MB', '0.3B', '-1KiB'])('refuses the size "%s"', (text) =>
  expect(parseSizeBytes(text)).toBeUndefined(),
);

it.each(['', 'localhost', ':80', 'a:b', '1.2.3.4:65536', '::1:80', '[::1]'])(
  'refuses the address "%s"',
  (text) => expect(parseHostPort(text)).toBeUndefined(),
);

it('reads back every address that it writes', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
      expect(parseHostPort(formatHostPort({ host: name, port }))).toEqual({ host: name, port });
    }),
  );
});
