import { pick, type Random } from './random.ts';

/** How a line is written in a file so that it does no harm there. */
const COMMENTS = [
  ['', ''],
  ['// ', ''],
  ['# ', ''],
  ['<!-- ', ' -->'],
  ['/* ', ' */'],
  ['> ', ''],
  ['- ', ''],
] as const;

/** Lines kept before and after the one that was put in. */
const CONTEXT_LINES = 30;

/** Puts attacks into files, each as one line somewhere in one of them. */
export function embedAttacks(
  attacks: readonly string[],
  files: readonly string[],
  count: number,
  random: Random,
): string[] {
  return Array.from({ length: count }, () => {
    const lines = pick(files, random).split('\n');
    const [before, after] = pick(COMMENTS, random);
    const at = Math.floor(random() * lines.length);
    lines.splice(at, 0, before + pick(attacks, random).replaceAll('\n', ' ') + after);
    return lines.slice(Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES).join('\n');
  });
}
