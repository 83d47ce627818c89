/** All of a submission that the model gets to read. */
export interface ModelInput {
  prompt: string;
  /** Members of the body, as JSON.parse reads them. */
  system: unknown;
  context: unknown;
  output_schema: unknown;
  files: unknown;
  /** The headers X-Repo and X-Branch, which become part of the context. */
  repository: string | undefined;
  branch: string | undefined;
}

/** Where a text stood. */
export type InspectedField =
  | 'prompt'
  | 'system'
  | 'context'
  | 'output_schema'
  | 'files'
  | 'x-repo'
  | 'x-branch';

/** Every text of a submission that the model gets to read, one for each place. There is no other way for a text to it. */
export function modelTexts(input: ModelInput): [field: InspectedField, text: string][] {
  const { prompt, system, context, output_schema, files, repository, branch } = input;
  return [
    ['prompt', prompt],
    ...(typeof system === 'string' ? [['system', system] as const] : []),
    ...(context === undefined ? [] : [['context', textsWithin(context)] as const]),
    ...(output_schema === undefined ? [] : [['output_schema', textsWithin(output_schema)] as const]),
    ...fileTexts(files).map((text) => ['files', text] as const),
    ...(repository === undefined ? [] : [['x-repo', repository] as const]),
    ...(branch === undefined ? [] : [['x-branch', branch] as const]),
  ].map(([field, text]) => [field as InspectedField, text as string]);
}

/** The end of a sentence, on a line of its own: neither a rule nor the model takes what stands on both sides for one. */
const SEPARATOR = '\n.\n';

/** Every text within a JSON value, names of members included, as one. */
function textsWithin(value: unknown): string {
  const texts: string[] = [];
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const [name, item] of Object.entries(next)) pending.push(name, item);
    }
  }
  return texts.join(SEPARATOR);
}

/** A text for each file: its path and its contents. What has not the form of a file is for the api to refuse. */
function fileTexts(files: unknown): string[] {
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) => {
    if (typeof file !== 'object' || file === null) return [];
    const { path, text, base64 } = file as Record<string, unknown>;
    const parts = [path, text].filter((part) => typeof part === 'string');
    if (typeof base64 === 'string') parts.push(readable(Buffer.from(base64, 'base64')));
    return parts.length === 0 ? [] : parts.join(SEPARATOR);
  });
}

/** What can be read in a file; of an image or archive that is next to nothing. */
function readable(bytes: Buffer): string {
  return decodedText(bytes).replaceAll(UNREADABLE, ' ');
}

/** Control characters that are no white space, and what is no UTF-8. */
const UNREADABLE = /(?:(?!\s)\p{Cc}|\ufffd)+/gu;

/** By its byte order mark, which the Encoding standard (https://encoding.spec.whatwg.org/#decode) goes by, or UTF-8. */
function decodedText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8');
}
