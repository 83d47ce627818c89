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

/** Where an index of a text is, as editors count: from 1, columns in UTF-16 units. */
export function place(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return `line ${line}, column ${at - lineStart + 1}`;
}
