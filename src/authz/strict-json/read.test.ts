import { describe, expect, test } from 'vitest';
import { cpuTimeMs } from '../../../test/support/cpu-time.ts';
import { parseStrictJson, readStrictJson } from './index.ts';

const LIMITS = { maxDepth: 64, maxMembers: 10_000 };
const read = (body: string | Uint8Array) => readStrictJson(Buffer.from(body), LIMITS, ['prompt', 'model']);
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
const withMembers = (count: number) =>
  `{${Array.from({ length: count }, (_, index) => `"${index}":0`).join(',')}}`;

describe('readStrictJson accepts', () => {
  test.each([
    ['an empty object', '{}', {}],
    ['space around everything', ' \t\r\n{ "prompt" : "a" , "b" : [ 1 , 2 ] } \n', { prompt: 'a' }],
    [
      'escapes in names and values',
      '{"\\u0070rompt":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"}',
      { prompt: '"\\/\b\f\n\r\té' },
    ],
    ['pairs of surrogates, raw and escaped', '{"prompt":"😀\\ud83d\\ude00"}', { prompt: '😀😀' }],
    [
      'the same name in different objects',
      '{"a":{"prompt":1},"b":{"prompt":2},"prompt":"x"}',
      { prompt: 'x' },
    ],
    ['names that differ in case', '{"Prompt":"A","prompt":"a"}', { prompt: 'a' }],
    ['names that objects inherit', '{"__proto__":1,"constructor":2,"prompt":"a"}', { prompt: 'a' }],
    ['every kind of value', '{"a":[null,true,false,-0,1.5e+3,2E-7],"model":"m"}', { model: 'm' }],
    ['wanted members of any kind', '{"prompt":["a",{}],"model":null}', { prompt: ['a', {}], model: null }],
    [
      'the largest whole numbers',
      '{"prompt":[9007199254740991,-9007199254740991]}',
      { prompt: [2 ** 53 - 1, 1 - 2 ** 53] },
    ],
    ['minus zero, which equals zero', '{"prompt":-0,"model":-0.0e9}', { prompt: -0, model: -0 }],
    ['zero in many ways', '{"prompt":0e999,"model":0.00000000000000000000}', { prompt: 0, model: 0 }],
    ['a fraction that is rounded', '{"prompt":0.1234567890123456789}', { prompt: 0.12345678901234568 }],
    [
      'the largest and the smallest doubles',
      '{"prompt":1.7976931348623157E308,"model":-5e-324}',
      { prompt: Number.MAX_VALUE, model: -5e-324 },
    ],
    ['nesting of 64', nested(64), {}],
    ['10,000 members', withMembers(10_000), {}],
  ])('%s', (_, body, values) => {
    expect(read(body)).toEqual({ ok: true, values });
  });
});

describe('readStrictJson refuses', () => {
  test.each([
    ['an empty text', '', 'invalid_json', 'Expected a value at the end (line 1, column 1).'],
    ['a cut text', '{"a":\n"b', 'invalid_json', 'at the end (line 2, column 3)'],
    ['a trailing comma', '{"a":1,}', 'invalid_json', 'Expected a name in double quotes at line 1, column 8.'],
    ['single quotes', "{'a':1}", 'invalid_json', 'line 1, column 2'],
    ['a comment', '{/* */}', 'invalid_json', 'line 1, column 2'],
    ['a second value', '{} {}', 'invalid_json', 'Expected the end at line 1, column 4.'],
    ['a number that starts with 0', '{"a":01}', 'invalid_json', 'line 1, column 7'],
    ['a number that ends with a dot', '{"a":1.}', 'invalid_json', 'line 1, column 7'],
    ['a number that ends with an e', '{"a":1e}', 'invalid_json', 'line 1, column 7'],
    ['a number with a sign for an exponent', '{"a":1e+}', 'invalid_json', 'line 1, column 7'],
    ['a number that begins with a plus', '{"a":+1}', 'invalid_json', 'line 1, column 6'],
    ['a hexadecimal number', '{"a":0x10}', 'invalid_json', 'line 1, column 7'],
    ['2^53', '{"a":9007199254740992}', 'number_out_of_range', 'line 1, column 6'],
    ['-2^53', '{"a":[1,-9007199254740992]}', 'number_out_of_range', 'line 1, column 9'],
    ['2^53 with a fraction', '{"a":9007199254740993.0}', 'number_out_of_range', 'line 1, column 6'],
    ['a whole number of 400 digits', `{"a":${'9'.repeat(400)}}`, 'number_out_of_range', 'line 1, column 6'],
    ['an exponent that overflows', '{"a":1e309}', 'number_out_of_range', 'line 1, column 6'],
    ['a negative number that overflows', '{"a":-1E+400}', 'number_out_of_range', 'line 1, column 6'],
    ['an exponent that underflows', '{"a":1e-400}', 'number_out_of_range', 'line 1, column 6'],
    ['a fraction that underflows', `{"a":0.${'0'.repeat(400)}1}`, 'number_out_of_range', 'line 1, column 6'],
    ['NaN', '{"a":NaN}', 'invalid_json', 'line 1, column 6'],
    ['a raw line break in a string', '{"a":"\n"}', 'invalid_json', 'line 1, column 7'],
    ['an unknown escape', '{"a":"\\x41"}', 'invalid_json', 'line 1, column 7'],
    ['a short \\u escape', '{"a":"\\u12"}', 'invalid_json', 'line 1, column 7'],
    ['a no-break space between tokens', '{\u00a0}', 'invalid_json', 'line 1, column 2'],
    [
      'a duplicate name',
      '{"a":1,"b":2,"a":3}',
      'duplicate_key',
      'The key "a" occurs twice in one object, again at line 1, column 14.',
    ],
    ['a duplicate name further down', '{"x":[{"a":1,"a":1}]}', 'duplicate_key', 'line 1, column 14'],
    [
      'a duplicate name spelt with an escape',
      '{"prompt":"a","pr\\u006fmpt":"b"}',
      'duplicate_key',
      '"prompt"',
    ],
    [
      'a duplicate after many names',
      `{${'abcdefghijklmnop'.replace(/./g, '"$&":0,')}"a":1}`,
      'duplicate_key',
      '"a"',
    ],
    ['a duplicate empty name', '{"":1,"":2}', 'duplicate_key', '""'],
    ['a lone high surrogate', '{"a":"\\ud83d"}', 'invalid_encoding', 'line 1, column 7'],
    ['a lone low surrogate', '{"a":"\\ude00\\ud83d"}', 'invalid_encoding', 'line 1, column 7'],
    ['two high surrogates', '{"a":"\\ud83d\\ud83d\\ude00"}', 'invalid_encoding', 'line 1, column 7'],
    ['a lone surrogate in a name', '{"\\udc00":1}', 'invalid_encoding', 'line 1, column 3'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22]), 'invalid_encoding', 'not UTF-8'],
    ['surrogates in UTF-8', Buffer.from('{"a":"\xed\xa0\xbd"}', 'latin1'), 'invalid_encoding', 'not UTF-8'],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'invalid_encoding', 'not UTF-8'],
    ['a byte order mark', '\ufeff{}', 'invalid_encoding', 'byte order mark'],
    ['nesting of 65', nested(65), 'too_deep', 'more than 64 levels deep at line 1, column 69'],
    ['10,001 members', withMembers(10_001), 'too_many_members', 'more than 10000 members'],
    ['an array', '[{"prompt":"a"}]', 'not_an_object', 'must be an object'],
    ['a string', '"{}"', 'not_an_object', 'must be an object'],
    ['null', 'null', 'not_an_object', 'must be an object'],
  ])('%s', (_, body, code, detail) => {
    const result = read(body);
    expect(result).toMatchObject({ ok: false, problem: { code } });
    expect(result.ok || result.problem.detail).toContain(detail);
  });

  test('a duplicate name that is long, quoting only its start', () => {
    const name = 'n'.repeat(1000);
    const result = read(`{"${name}":1,"${name}":1}`);
    expect(result.ok || result.problem.detail.length).toBeLessThan(200);
  });
});

describe('readStrictJson stays quick on 10 MiB of', () => {
  const bytes = 10 * 2 ** 20;
  const filled = (unit: string) => `{"a":[${`${unit},`.repeat(Math.floor(bytes / (unit.length + 1)))}0]}`;
  test.each([
    ['text', `{"prompt":"${'a'.repeat(bytes)}"}`],
    ['escapes', `{"prompt":"${'\\u0041'.repeat(bytes / 6)}"}`],
    ['numbers', filled('1')],
    ['numbers with exponents', filled('1e5')],
    ['long numbers', filled('1234567890.12345')],
    ['one number', `{"a":${'1'.repeat(bytes)}}`],
    ['one fraction', `{"a":0.${'0'.repeat(bytes)}}`],
    ['empty objects', filled('{}')],
    ['small objects', filled('{"a":1}')],
    ['objects with as many members as allowed', filled(withMembers(10_000))],
    ['members', withMembers(1_000_000)],
    ['open brackets', '['.repeat(bytes)],
    ['space', `{${' '.repeat(bytes)}}`],
  ])('%s', (_, body) => {
    // A quiet core takes at most 0.3 s; anything worse than linear would take minutes.
    expect(cpuTimeMs(() => read(body))).toBeLessThan(3_000);
  });
});

test('gives the whole object where that is asked for, and refuses what has two meanings', () => {
  const parse = (text: string) => parseStrictJson(Buffer.from(text), LIMITS);
  expect(parse('{"a":[1,{"b":"c"}]}')).toEqual({ ok: true, values: { a: [1, { b: 'c' }] } });
  expect(parse('{"a":1,"a":2}')).toMatchObject({ ok: false, problem: { code: 'duplicate_key' } });
});
