import { describe, expect, it } from 'vitest';
import { HEADER_TABLE_BYTES, HpackDecoder } from './decoder.ts';
import type { HeaderField } from './header-field.ts';

type Field = [name: string, value: string];

function reader(): (hex: string) => Field[] {
  const decoder = new HpackDecoder();
  return (hex) => {
    const fields: Field[] = [];
    const block = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    decoder.decode(block, 0, block.length, {
      field: ({ name, value }: HeaderField) => fields.push([name, value]),
    });
    return fields;
  };
}

const read = (hex: string) => reader()(hex);

const REQUEST: Field[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];

describe('the examples of RFC 7541 Appendix C', () => {
  it.each([
    [
      'C.2.1 literal with indexing',
      '400a637573746f6d2d6b65790d637573746f6d2d686561646572',
      ['custom-key', 'custom-header'],
    ],
    ['C.2.2 literal without indexing', '040c2f73616d706c652f70617468', [':path', '/sample/path']],
    ['C.2.3 literal never indexed', '100870617373776f726406736563726574', ['password', 'secret']],
    ['C.2.4 indexed', '82', [':method', 'GET']],
  ])('%s', (_, hex, field) => {
    expect(read(hex)).toEqual([field]);
  });

  it.each([
    [
      'C.3 requests without Huffman coding',
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
    ],
    [
      'C.4 requests with Huffman coding',
      [
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ],
    ],
  ])('%s', (_, [first = '', second = '', third = '']) => {
    const next = reader();
    expect(next(first)).toEqual(REQUEST);
    expect(next(second)).toEqual([...REQUEST, ['cache-control', 'no-cache']]);
    expect(next(third)).toEqual([
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ]);
  });
});

describe('the dynamic table', () => {
  // Field of 32 + 1 + 1 octets.
  const literal = '40 01 61 01 62';

  it('is empty when its size is set to 0, and stays so', () => {
    const next = reader();
    next(literal);
    expect(next('be')).toEqual([['a', 'b']]);
    expect(next(`20 ${literal}`)).toEqual([['a', 'b']]);
    expect(() => next('be')).toThrow('beyond the header tables');
  });

  it('forgets the oldest field first when it is full', () => {
    const next = reader();
    // Two fields fit 68 octets.
    next(`3f25 ${literal} 40 01 63 01 64 40 01 65 01 66`);
    expect(next('be bf')).toEqual([
      ['e', 'f'],
      ['c', 'd'],
    ]);
    expect(() => next('c0')).toThrow('beyond the header tables');
  });

  it('is emptied by a field that is larger than it', () => {
    const next = reader();
    next(literal);
    const large = HEADER_TABLE_BYTES - 32;
    // 4064 octets: 127 and then 3937 in seven bits each.
    const length = `7f ${(((large - 127) & 0x7f) | 0x80).toString(16)} ${((large - 127) >> 7).toString(16)}`;
    expect(next(`40 01 61 ${length} ${'62'.repeat(large)}`)).toHaveLength(1);
    expect(() => next('be')).toThrow('beyond the header tables');
  });

  it('may be smaller and then larger again', () => {
    const next = reader();
    next(literal);
    expect(next('20 3fe11f 82')).toEqual([[':method', 'GET']]);
    expect(() => next('be')).toThrow('beyond the header tables');
  });
});

describe('a literal that no table keeps', () => {
  it.each([
    ['is read again where it is the same', '00 01 61 82 9c5f', ['a', 'h2']],
    ['is another one where its value is', '00 01 61 82 9c3f', ['a', 'h1']],
    ['is another one where its name is', '00 01 62 82 9c5f', ['b', 'h2']],
    ['is another one where the same octets are no code', '00 01 61 02 9c5f', ['a', '\x9c_']],
    ['is another one where it is longer', '00 01 61 03 9c5f61', ['a', '\x9c_a']],
  ] as [string, string, Field][])('%s', (_, hex, field) => {
    const next = reader();
    const first: Field = ['a', 'h2'];
    expect(next('00 01 61 82 9c5f')).toEqual([first]);
    expect(next(hex)).toEqual([field]);
    expect(next('00 01 61 82 9c5f')).toEqual([first]);
  });
});

describe('a block is refused that', () => {
  it.each([
    ['has the index 0', '80', 'beyond the header tables'],
    ['has an index beyond the tables', 'be', 'beyond the header tables'],
    ['has a name by an index beyond the tables', '7e 01 61', 'beyond the header tables'],
    ['ends within a number', 'ff', 'ends too early'],
    ['ends within a number that goes on', 'ff 80', 'ends too early'],
    ['has a number of more than four octets', 'ff 80 80 80 80 01', 'a number is too long'],
    ['ends before a name', '40', 'ends too early'],
    ['ends before a value', '40 01 61', 'ends too early'],
    ['has a string beyond its end', '40 05 61', 'longer than its block'],
    ['sets the table’s size after a field', '82 20', 'not where it belongs'],
    ['sets the table’s size beyond what is allowed', '3fe21f', 'larger than allowed'],
    ['sets the table’s size three times', '20 20 20', 'too often'],
    ['has a Huffman string that is padded with a zero', '00 81 1e 00', 'does not end as it should'],
    ['keeps a Huffman value that is padded with a zero', '40 01 61 81 1e', 'does not end as it should'],
    ['keeps a Huffman value with EOS', '40 01 61 84 ff ff ff ff', 'does not end as it should'],
    ['has a Huffman string with EOS', '00 84 ff ff ff ff 00', 'does not end as it should'],
    [
      'has a Huffman string with more than seven bits of padding',
      '00 82 1f ff 00',
      'does not end as it should',
    ],
  ])('%s', (_, hex, message) => {
    expect(() => read(hex)).toThrow(message);
  });
});
