import { fieldName } from './field-name.ts';
import { HeaderField } from './header-field.ts';

/** RFC 7541 Appendix A. */
const FIELDS: readonly (readonly [name: string, value?: string])[] = [
  [':authority'],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset'],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language'],
  ['accept-ranges'],
  ['accept'],
  ['access-control-allow-origin'],
  ['age'],
  ['allow'],
  ['authorization'],
  ['cache-control'],
  ['content-disposition'],
  ['content-encoding'],
  ['content-language'],
  ['content-length'],
  ['content-location'],
  ['content-range'],
  ['content-type'],
  ['cookie'],
  ['date'],
  ['etag'],
  ['expect'],
  ['expires'],
  ['from'],
  ['host'],
  ['if-match'],
  ['if-modified-since'],
  ['if-none-match'],
  ['if-range'],
  ['if-unmodified-since'],
  ['last-modified'],
  ['link'],
  ['location'],
  ['max-forwards'],
  ['proxy-authenticate'],
  ['proxy-authorization'],
  ['range'],
  ['referer'],
  ['refresh'],
  ['retry-after'],
  ['server'],
  ['set-cookie'],
  ['strict-transport-security'],
  ['transfer-encoding'],
  ['user-agent'],
  ['vary'],
  ['via'],
  ['www-authenticate'],
];

/** Its first entry has the index 1 (RFC 7541 2.3.3). */
export const STATIC_TABLE: readonly HeaderField[] = FIELDS.map(([name, value = '']) =>
  HeaderField.of(fieldName(name), value),
);

/** Indices by name, and by name and value. */
export const STATIC_NAMES: ReadonlyMap<string, number> = new Map(
  FIELDS.map(([name], at): [string, number] => [name, at + 1]).reverse(),
);
export const STATIC_FIELDS: ReadonlyMap<string, number> = new Map(
  FIELDS.map(([name, value = ''], at): [string, number] => [`${name}: ${value}`, at + 1]),
);
