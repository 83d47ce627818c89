import { readFileSync } from 'node:fs';

/** By lower-case name. */
export type ExportHeaders = Readonly<Record<string, string>>;

const SETTING = 'telemetry.traces.headersFile';
/** RFC 9110, 5.1 and 5.5: a token, a colon and a value of printable ASCII. */
const LINE = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([!-~](?:[ -~\t]*[!-~])?)[ \t]*$/;
/** What says how a message is sent, which is not the file's to say. */
const RESERVED =
  /^(?:accept|connection|content-.*|grpc-.*|host|keep-alive|te|transfer-encoding|upgrade|user-agent)$/;

/**
 * Reads the headers that spans are sent with: a line each, `name: value`; empty lines and those that begin with # do not
 * count.
 * @param file absolute; undefined: none
 * @throws an Error for people that says which line is wrong, and never what it holds
 */
export function readExportHeaders(file: string | undefined): ExportHeaders {
  if (file === undefined) return {};
  const headers = new Map<string, string>();
  for (const [at, line] of read(file).split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = LINE.exec(line) ?? [];
    const where = `${SETTING}: line ${at + 1} of ${file}`;
    if (name === undefined || value === undefined) {
      throw new Error(`${where} is no header; expected a name, a colon and a value of printable ASCII.`);
    }
    const key = name.toLowerCase();
    if (RESERVED.test(key))
      throw new Error(`${where} sets ${key}, which the exporter says itself; remove it.`);
    if (headers.has(key)) throw new Error(`${where} sets ${key} once more; remove one of the lines.`);
    headers.set(key, value);
  }
  return Object.fromEntries(headers);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${SETTING}: ${file} cannot be read (${code}); put a line there for each header, such as \`authorization: Bearer TOKEN\`, or unset it.`,
    );
  }
}

/** Shorter ones are no secrets, and may be part of any word. */
const MIN_SECRET_CHARACTERS = 8;

/** A collector may repeat what it was sent, in an error that is logged. */
export function withoutValues(text: string, headers: ExportHeaders): string {
  // Of `Bearer TOKEN` the token alone may be repeated.
  const secrets = Object.values(headers).flatMap((value) => [value, value.slice(value.lastIndexOf(' ') + 1)]);
  return secrets
    .filter(({ length }) => length >= MIN_SECRET_CHARACTERS)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
