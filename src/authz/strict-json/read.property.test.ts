import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson, readStrictJson } from './index.ts';

const LIMITS = { maxDepth: 64, maxMembers: 10_000 };
const read = (text: string, limits = LIMITS) => readStrictJson(Buffer.from(text), limits, ['prompt']);

/** A JSON value as it is written: members in order, names as often as they occur. */
type Written =
  | { kind: 'scalar'; value: null | boolean | number | string }
  | { kind: 'array'; items: Written[] }
  | { kind: 'object'; members: [name: string, value: Written][] };

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
);
// Few names, so that duplicates are common.
const name = fc.constantFrom('prompt', 'a', 'b', '', '1', '__proto__', 'é', '😀', '"', '\n');
const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constant('scalar' as const), value: scalar }),
    fc.record({ kind: fc.constant('array' as const), items: fc.array(tie('written'), { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('object' as const),
      members: fc.array(fc.tuple(name, tie('written')), { maxLength: 4 }),
    }),
  ),
}));

/** Writes a value; `choose` decides how each string is spelt and where space goes. */
function write(value: Written, choose: () => number): string {
  const space = () => ['', '', '', ' ', '\n', '\t\r'][choose() % 6];
  const padded = (text: string) => `${space()}${text}${space()}`;
  const list = (items: string[]) => (items.length === 0 ? space() : items.map(padded).join(','));
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? spell(value.value, choose) : JSON.stringify(value.value);
    case 'array':
      return `[${list(value.items.map((item) => write(item, choose)))}]`;
    case 'object':
      return `{${list(value.members.map(([key, item]) => `${spell(key, choose)}${space()}:${padded(write(item, choose))}`))}}`;
  }
}

function spell(text: string, choose: () => number): string {
  const unit = (char: string) =>
    choose() % 3 === 0
      ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(char).slice(1, -1);
  const whole = (char: string) =>
    char.length === 2 && choose() % 2 === 0 ? char : [...char.split('')].map(unit).join('');
  return `"${[...text].map(whole).join('')}"`;
}

function depth(value: Written): number {
  if (value.kind === 'scalar') return 0;
  const inner = value.kind === 'array' ? value.items : value.members.map(([, item]) => item);
  return 1 + Math.max(0, ...inner.map(depth));
}

function hasDuplicate(value: Written): boolean {
  if (value.kind === 'scalar') return false;
  if (value.kind === 'array') return value.items.some(hasDuplicate);
  const names = value.members.map(([key]) => key);
  return new Set(names).size < names.length || value.members.some(([, item]) => hasDuplicate(item));
}

function hasUnsafeNumber(value: Written): boolean {
  if (value.kind === 'array') return value.items.some(hasUnsafeNumber);
  if (value.kind === 'object') return value.members.some(([, item]) => hasUnsafeNumber(item));
  const { value: number } = value;
  return (
    typeof number === 'number' &&
    Number.isInteger(number) &&
    !/e/.test(String(number)) &&
    !Number.isSafeInteger(number)
  );
}

test('a text is accepted when JSON.parse accepts it and nothing in it is refused', () => {
  const choices = fc.infiniteStream(fc.nat({ max: 11 }));
  fc.assert(
    fc.property(written, choices, (value, stream) => {
      const text = write(value, () => stream.next().value as number);
      const parsed = JSON.parse(text);
      const result = read(text, { maxDepth: 3, maxMembers: 10 });
      const refusable = [
        value.kind !== 'object' && 'not_an_object',
        depth(value) > 3 && 'too_deep',
        hasDuplicate(value) && 'duplicate_key',
        hasUnsafeNumber(value) && 'number_out_of_range',
      ].filter((code) => code !== false);
      if (result.ok) {
        expect(refusable).toEqual([]);
        expect(result.values).toEqual(Object.hasOwn(parsed, 'prompt') ? { prompt: parsed.prompt } : {});
      } else {
        expect(refusable).toContain(result.problem.code);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a text that is one edit from JSON is accepted exactly when JSON.parse accepts it', () => {
  const edit = fc.record({
    at: fc.nat(),
    drop: fc.nat({ max: 2 }),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '"',
        '\\',
        '\\u',
        '0',
        '-',
        '.',
        'e',
        't',
        'null',
        ' ',
        '\u00a0',
        '\u0000',
      ),
      fc.string({ unit: 'grapheme', maxLength: 2 }),
    ),
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), edit, (value, { at, drop, insert }) => {
      const text = JSON.stringify(value);
      const start = at % (text.length + 1);
      const edited = text.slice(0, start) + insert + text.slice(start + drop);
      fc.pre(edited.isWellFormed());
      const result = read(edited);
      const byParse = parses(edited);
      if (result.ok || result.problem.code === 'invalid_json') expect(result.ok).toBe(byParse);
      if (result.ok) expectSameReading(result.values, JSON.parse(edited));
      if (!byParse) expect(result.ok).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

test('an object as a whole is read, or refused, as members of it are', () => {
  // Mostly plain texts, with few names and with what JSON.parse takes and readers differ over.
  const plainName = fc.constantFrom('"a"', '"aud"', '"__proto__"', '"1"', '":"', '"\\u0061"', '"é"');
  const leaf = fc.oneof(
    fc.constantFrom('0', '-0', '7', '1.5', '1e400', '1e-400', '9007199254740991', '9007199254740992', '1e21'),
    fc.constantFrom(
      'null',
      'true',
      'false',
      '""',
      '":"',
      '"a"',
      '"\\""',
      '"\\ud800"',
      '"é"',
      '"',
      '"\n"',
      'x',
    ),
    fc.string({ unit: fc.constantFrom('a', ' ', ',', ':', '{', '}', '[', ']') }).map((text) => `"${text}"`),
  );
  const space = fc.constantFrom('', '', '', ' ', '\n');
  const { json } = fc.letrec<{ json: string }>((tie) => {
    const member = fc
      .tuple(space, plainName, space, tie('json'))
      .map(([a, key, b, item]) => `${a}${key}${b}:${item}`);
    return {
      json: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
        fc.array(member, { maxLength: 5 }).map((members) => `{${members.join(',')}}`),
      ),
    };
  });
  const object = fc.array(fc.tuple(plainName, json), { maxLength: 5 });
  fc.assert(
    fc.property(object, fc.constantFrom('', '}', '\ufeff'), (members, end) => {
      const text = `{${members.map(([key, item]) => `${key}:${item}`).join(',')}}${end}`;
      const limits = { maxDepth: 3, maxMembers: 3 };
      const bytes = Buffer.from(text);
      const whole = parseStrictJson(bytes, limits);
      const scanned = readStrictJson(bytes, limits, []);
      if (scanned.ok) expect(whole).toEqual({ ok: true, values: JSON.parse(text) });
      else expect(whole).toEqual(scanned);
    }),
    { numRuns: 5_000 },
  );
});

test('any bytes are answered, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const result = readStrictJson(bytes, LIMITS, ['prompt']);
      if (result.ok) expectSameReading(result.values, JSON.parse(Buffer.from(bytes).toString()));
    }),
  );
});

test('every number is read as JSON.parse reads it, and written back means the same', () => {
  const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
  const written = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits(20),
      fc.option(digits(20)),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(3))),
    )
    .map(
      ([sign, whole, fraction, exponent]) =>
        `${sign}${whole.replace(/^0+(?=.)/, '')}${fraction === null ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
    );
  fc.assert(
    fc.property(written, (number) => {
      const result = read(`{"prompt":${number}}`);
      const value = Number(number);
      if (!result.ok) {
        expect(result.problem.code).toBe('number_out_of_range');
        expect(Math.abs(value) > Number.MAX_SAFE_INTEGER || value === 0).toBe(true);
        return;
      }
      expect(result.values.prompt).toBe(JSON.parse(number));
      expect(Number.isFinite(value)).toBe(true);
      if (/^-?[0-9]+$/.test(number)) expect(BigInt(value)).toBe(BigInt(number));
    }),
    { numRuns: 5_000 },
  );
});

function expectSameReading(values: { prompt?: unknown }, parsed: object): void {
  expect(values).toEqual(
    Object.hasOwn(parsed, 'prompt') ? { prompt: (parsed as { prompt: unknown }).prompt } : {},
  );
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
