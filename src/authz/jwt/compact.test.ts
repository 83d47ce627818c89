import { expect, test } from 'vitest';
import { readCompactJws } from './compact.ts';

const part = (text: string) => Buffer.from(text).toString('base64url');
const jws = (header: string) => `${part(header)}.${part('{}')}.${part('signature')}`;

test('each token has its own header, also where those before it had the same one or another', () => {
  const headers = ['{"alg":"RS256","kid":"1"}', '{"alg":"RS256","kid":"1"}', '{"alg":"RS256","kid":"2"}'];
  expect(headers.map((header) => readCompactJws(jws(header))?.header)).toEqual(
    headers.map((header) => JSON.parse(header)),
  );
});

test('a header that is none is refused as often as it comes', () => {
  const twice = jws('{"alg":"RS256","alg":"HS256"}');
  expect(readCompactJws(jws('{"alg":"RS256"}'))).toBeDefined();
  expect([twice, twice].map(readCompactJws)).toEqual([undefined, undefined]);
});
