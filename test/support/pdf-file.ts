import { inflateSync } from 'node:zlib';

/** What a PDF holds, as far as tests look at it. */
export interface PdfFile {
  pages: number;
  title: string;
  /** Of all pages, a line for each piece of text that is drawn. */
  text: string;
}

/**
 * Reads a PDF with one cross-reference table, and holds it to ISO 32000-1, 7.5: every entry of the table leads to its
 * object, every reference to one that is there, every stream is as long as it says.
 * @throws an Error that says what is wrong
 */
export function readPdf(bytes: Buffer): PdfFile {
  const file = bytes.toString('latin1');
  check(/^%PDF-1\.\d\n%[\x80-\xff]{4}/.test(file), 'the header');
  const [, start] = /startxref\n(\d+)\n%%EOF\n$/.exec(file) ?? fail('the end');
  const table = file.slice(Number(start));
  const [head, count] = /^xref\n0 (\d+)\n/.exec(table) ?? fail('the cross-reference table');
  const entries = [...table.slice(head.length).matchAll(/(\d{10}) (\d{5}) ([nf]) \n/gy)];
  check(entries.length === Number(count) && entries[0]?.[3] === 'f', 'the number of entries');
  const objects = new Map<number, string>();
  for (const [number, [, place]] of entries.entries()) {
    if (number === 0) continue;
    const at = Number(place);
    check(file.startsWith(`${number} 0 obj\n`, at), `entry ${number}`);
    objects.set(number, file.slice(at, file.indexOf('\nendobj\n', at)));
  }
  const [, trailer] = /trailer\n<<(.*)>>\nstartxref/s.exec(table) ?? fail('the trailer');
  const all = [trailer as string, ...objects.values()].map((object) => object.split('\nstream\n')[0]);
  for (const [, number] of all.join('\n').matchAll(/(\d+) 0 R/g)) {
    check(objects.has(Number(number)), `a reference to ${number}`);
  }
  const at = (key: string, within: string) => {
    const [, number] = new RegExp(`/${key} (\\d+) 0 R`).exec(within) ?? fail(key);
    return objects.get(Number(number)) ?? fail(key);
  };
  const tree = at('Pages', at('Root', trailer as string));
  const kids = [...(/\/Kids \[(.*?)\]/.exec(tree)?.[1] ?? '').matchAll(/(\d+) 0 R/g)];
  check(tree.includes(`/Count ${kids.length} `), 'the number of pages');
  const text = kids.map(([, number]) => textOf(at('Contents', objects.get(Number(number)) ?? '')));
  const [, title = ''] = /\/Title <([0-9a-f]*)>/.exec(at('Info', trailer as string)) ?? [];
  return { pages: kids.length, title: utf16(Buffer.from(title, 'hex')), text: text.join('\n') };
}

function textOf(object: string): string {
  const [head = '', body = ''] = object.split(/\nstream\n(.*)\nendstream$/s);
  const [, length] = /\/Length (\d+)/.exec(head) ?? fail('a length');
  check(body.length === Number(length), 'the length of a stream');
  const drawn = inflateSync(Buffer.from(body, 'latin1')).toString('latin1');
  const pieces = [...drawn.matchAll(/BT (.*?) ET$/gms)].map(([, piece = '']) =>
    [...piece.matchAll(/\(((?:[^\\)]|\\.)*)\) Tj/gs)]
      .map(([, text = '']) => text.replace(/\\(.)/gs, '$1'))
      .join(''),
  );
  return new TextDecoder('windows-1252').decode(Buffer.from(pieces.join('\n'), 'latin1'));
}

function utf16(bytes: Buffer): string {
  return new TextDecoder('utf-16be').decode(bytes);
}

function check(isRight: boolean, what: string): void {
  if (!isRight) fail(what);
}

function fail(what: string): never {
  throw new Error(`not a PDF: ${what}`);
}
