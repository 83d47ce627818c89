import { crc32, inflateRawSync } from 'node:zlib';

/**
 * Reads a ZIP archive by its central directory (APPNOTE.TXT, 4.3).
 * @returns the text of each part, by its name
 * @throws an Error that says what is wrong
 */
export function readZip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
  if (end < 0) throw new Error('not a ZIP archive: no end of its directory');
  const parts = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('not a ZIP archive: an entry');
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const path = bytes.toString('utf8', at + 46, at + 46 + name);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
    const content = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
    if (crc32(content) !== bytes.readUInt32LE(at + 16)) throw new Error(`damaged: ${path}`);
    parts.set(path, content.toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return parts;
}

const MARK = /<(?:\?[^?]*\?|(\/)?([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/)?)>|([^<]+)/gy;

/**
 * The text of an XML document without comments, CDATA sections and a document type.
 * @throws an Error where it is not well formed
 */
export function textOfXml(xml: string): string {
  const open: string[] = [];
  let text = '';
  let end = 0;
  for (const [whole, closes, name, , isEmpty, characters] of xml.matchAll(MARK)) {
    end += whole.length;
    if (characters !== undefined) text += characters;
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(whole)) throw new Error(`not well formed: ${whole}`);
    if (name === undefined) continue;
    if (closes !== undefined) {
      if (open.pop() !== name) throw new Error(`not well formed: </${name}>`);
    } else if (isEmpty === undefined) open.push(name);
  }
  if (end !== xml.length || open.length > 0)
    throw new Error(`not well formed after ${xml.slice(0, end).slice(-40)}`);
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
