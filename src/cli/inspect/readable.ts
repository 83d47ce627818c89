import type { Inspection, Reason } from '../../inspect/index.ts';
import { characterName } from '../printable.ts';

/** Characters shown around what was found, and of it at either end where it is long. */
const CONTEXT_CHARACTERS = 30;
const END_CHARACTERS = 60;

/** What was found in a text, for people: a line for each reason, with its place and what stands there between « and ». */
export function readableInspection(content: string, { decision, score, reasons }: Inspection): string {
  const places = reasons.map(({ position }) => placeOf(content, position));
  const names = reasons.map(nameOf);
  const width = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const lines = reasons.map((reason, at) =>
    [
      '',
      (places[at] ?? '').padEnd(width(places)),
      (names[at] ?? '').padEnd(width(names)),
      excerpt(content, reason),
    ].join('  '),
  );
  return `${[`${decision}  score ${score.toFixed(3)}`, ...lines].join('\n')}\n`;
}

function placeOf(content: string, position: number): string {
  const before = content.slice(0, position);
  return `${before.split('\n').length}:${position - before.lastIndexOf('\n')}`;
}

/** Such as `ignore-instructions (override, rule 0.93, in base64)`. */
function nameOf({ rule, reasonClass, by, weight, disguises }: Reason): string {
  const about = rule === reasonClass ? [] : [reasonClass];
  const hidden = disguises.length === 0 ? [] : [`in ${disguises.join(' in ')}`];
  return `${rule} (${[...about, `${by} ${weight.toFixed(2)}`, ...hidden].join(', ')})`;
}

function excerpt(content: string, { position, end }: Reason): string {
  const found = content.slice(position, end);
  const shown =
    found.length <= 2 * END_CHARACTERS + 1
      ? found
      : `${found.slice(0, END_CHARACTERS)}…${found.slice(-END_CHARACTERS)}`;
  const before = content.slice(Math.max(0, position - CONTEXT_CHARACTERS), position);
  const after = content.slice(end, end + CONTEXT_CHARACTERS);
  return oneLine(`${before}«${shown.trim()}»${after}`);
}

/** With what cannot be seen by its number: it may be what an attack is hidden in. */
function oneLine(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, characterName)
    .trim();
}
