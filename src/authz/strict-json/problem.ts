export type JsonProblemCode =
  | 'invalid_json'
  | 'duplicate_key'
  | 'invalid_encoding'
  | 'number_out_of_range'
  | 'too_deep'
  | 'too_many_members'
  | 'not_an_object';

/** Why a text was refused. The detail may be shown to whoever sent the text. */
export interface JsonProblem {
  code: JsonProblemCode;
  detail: string;
}

/** Ends a scan at its first problem. Does not leave this folder. */
export class JsonRefusal extends Error {
  readonly problem: JsonProblem;

  constructor(code: JsonProblemCode, detail: string) {
    super(detail);
    this.problem = { code, detail };
  }
}

/** Where a byte of a text is, as editors count: from 1, columns in UTF-16 units. */
export function place(bytes: Buffer, at: number): string {
  const lines = bytes.toString('utf8', 0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}
