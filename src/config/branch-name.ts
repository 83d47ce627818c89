const MAX_BYTES = 200;

/**
 * Whether a text can be the name of a branch, by the rules of git-check-ref-format(1) and, as `git branch` has it, not
 * beginning with a dash.
 */
export function isBranchName(text: string): boolean {
  if (text === '' || text === '@' || text === 'HEAD' || text.startsWith('-') || !text.isWellFormed())
    return false;
  if (Buffer.byteLength(text) > MAX_BYTES) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/.test(text)) return false;
  return text
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock') && !part.endsWith('.'));
}
