import { type Case, hits, ok, over, step, yearly } from '../case.ts';

const ANY = '[{key: v, rate_limit: {unit: year, requests_per_unit: 5}}]';

function counted(name: string, value: string): Case {
  return {
    name,
    rules: ANY,
    steps: [step({ v: value }, ok(yearly(5), 4)), step({ v: value }, ok(yearly(5), 3))],
  };
}

function matched(name: string, yaml: string, value: string): Case {
  return {
    name,
    rules: `[{key: v, value: ${yaml}, rate_limit: {unit: year, requests_per_unit: 2}}]`,
    steps: [step({ v: value }, ok(yearly(2), 1))],
  };
}

/** Which texts values may be, in requests and in files. */
export const values: readonly Case[] = [
  counted('a value may hold blanks', ' service a '),
  counted('a value may hold line breaks', 'a\r\nb'),
  counted('a value may hold quotes and backslashes', '"\\\''),
  counted('a value may hold braces, as Redis marks hash tags by', '{a}{b}'),
  counted('a value may hold colons and bars', 'a:b|c'),
  counted('a value may hold stars', 'a*b'),
  counted('a value may hold letters of any script', 'ÄÖ-日本-🦊'),
  counted('a value may hold a zero byte', 'a\u0000b'),
  counted('a value may look like a number', '1e3'),
  counted('a value may be an IPv6 address', '2001:db8::1'),
  counted('a value may be as long as all headers of a request', 'x'.repeat(16_384)),
  {
    name: 'long values that differ at their end are counted apart',
    rules: ANY,
    steps: [
      step({ v: `${'x'.repeat(4096)}a` }, ok(yearly(5), 4)),
      step({ v: `${'x'.repeat(4096)}b` }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'values that differ by a blank at the end are counted apart',
    rules: ANY,
    steps: [step({ v: 'a' }, ok(yearly(5), 4)), step({ v: 'a ' }, ok(yearly(5), 4))],
  },
  {
    name: 'values that look alike but differ in Unicode are counted apart',
    rules: ANY,
    steps: [step({ v: '\u00e9' }, ok(yearly(5), 4)), step({ v: 'e\u0301' }, ok(yearly(5), 4))],
  },
  {
    name: 'a key may hold dots, slashes and blanks',
    rules: '[{key: "x-user id/v1.0", rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ 'x-user id/v1.0': 'a' }, ok(yearly(5), 4))],
  },
  {
    name: 'a key may be very long',
    rules: `[{key: ${'k'.repeat(2_000)}, rate_limit: {unit: year, requests_per_unit: 5}}]`,
    steps: [step({ ['k'.repeat(2_000)]: 'a' }, ok(yearly(5), 4))],
  },
  {
    name: 'a hundred descriptors in one request are all counted',
    rules: ANY,
    steps: [
      step(
        Array.from({ length: 100 }, (_, index) => hits({ v: `value-${index}` }, 2)),
        Array.from({ length: 100 }, () => ok(yearly(5), 3)),
      ),
      step({ v: 'value-42' }, ok(yearly(5), 2)),
    ],
  },
  {
    name: 'twenty entries in one descriptor are matched',
    rules: `[${Array.from({ length: 20 }, (_, index) => `{key: k${index}, `).join('descriptors: [')}rate_limit: {unit: year, requests_per_unit: 1}}${']}'.repeat(19)}]`,
    steps: [
      step(
        Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'v'])),
        ok(yearly(1), 0),
      ),
      step(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'v'])), over(yearly(1))),
    ],
  },
  matched('a whole number in a file is its text', '8080', '8080'),
  matched('a number in a file keeps its zeros', '007', '007'),
  matched('true in a file is its text', 'true', 'true'),
  matched('yes in a file is its text, not true', 'yes', 'yes'),
  matched('a quoted number in a file is its text', '"1.10"', '1.10'),
  matched('a date in a file is its text', '2026-01-31', '2026-01-31'),
  matched('a quoted value in a file may hold escapes', '"a\\tb"', 'a\tb'),
  matched('a single-quoted value in a file keeps backslashes', "'a\\tb'", 'a\\tb'),
  matched('a value in a file keeps its underscores', 'a_b_c', 'a_b_c'),
  matched('a hexadecimal number in a file is its text', '0x1F', '0x1F'),
  {
    name: 'an empty value in a file is no value',
    rules: '[{key: v, value: "", rate_limit: {unit: year, requests_per_unit: 2}}]',
    steps: [step({ v: 'anything' }, ok(yearly(2), 1))],
  },
  {
    name: 'a value of ~ in a file is no value',
    rules: '[{key: v, value: ~, rate_limit: {unit: year, requests_per_unit: 2}}]',
    steps: [step({ v: 'anything' }, ok(yearly(2), 1))],
  },
];
