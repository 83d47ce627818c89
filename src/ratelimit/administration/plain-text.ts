import { LimitsError } from './error.ts';

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * What operators give is kept and shown to others, on terminals too: a control character could show there what was not
 * done (CWE-117).
 * @param texts what each one is, and the text
 * @throws LimitsError invalid_text that says which one and which character
 */
export function checkPlainText(texts: Iterable<readonly [what: string, text: string]>): void {
  for (const [what, text] of texts) {
    const found = CONTROL_CHARACTER.exec(text)?.[0];
    if (found === undefined) continue;
    const code = `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    throw new LimitsError(
      'invalid_text',
      `${what} holds the control character ${code}: write it without, in letters, digits and signs.`,
    );
  }
}
