import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAlternativeNames } from './alternative-names.ts';

test('URI and DNS names are read, others passed over', () => {
  const text =
    'DNS:A.example.org, URI:spiffe://example.org/a, IP Address:127.0.0.1, email:a@example.org, DNS:b';
  expect(parseAlternativeNames(text)).toEqual({
    uris: ['spiffe://example.org/a'],
    dnsNames: ['a.example.org', 'b'],
  });
});

test('no names', () => {
  expect(parseAlternativeNames('')).toEqual({ uris: [], dnsNames: [] });
});

test('a name that looks like several entries stays one name', () => {
  const name = 'a.example.org, DNS:admin.example.org';
  expect(parseAlternativeNames(`DNS:${JSON.stringify(name)}, DNS:c`)).toEqual({
    uris: [],
    dnsNames: [name.toLowerCase(), 'c'],
  });
});

test.each(['DNS', 'DNS:a,DNS:b', 'DNS:"a', 'DNS:"\\x"', 'DNS:a"b", DNS:c', ', DNS:a'])(
  'what has another form is not guessed at: %s',
  (text) => {
    expect(parseAlternativeNames(text)).toBeUndefined();
  },
);

test('whatever the names are, as many come out as went in', () => {
  const written = (name: string) => (/^[a-z0-9:/._-]*$/.test(name) ? name : JSON.stringify(name));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('a, DNS:b', '"', 'a","b'))), (uris) => {
      const text = uris.map((uri) => `URI:${written(uri)}`).join(', ');
      expect(parseAlternativeNames(text)).toEqual({ uris, dnsNames: [] });
    }),
  );
});
