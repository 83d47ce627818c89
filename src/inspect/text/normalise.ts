import { FORM, FORMS, formOfPair } from './forms.ts';
import { isLowSurrogate } from './surrogates.ts';
import { UnitBuffer } from './unit-buffer.ts';

const ASCII_ONLY = /^[\0-\x7f]*$/;
/** Units of a text for which originals are looked for together. */
const STRETCH = 256;

const units = new UnitBuffer();

/**
 * One spelling for what looks alike: without what is invisible, and with compatibility forms as the characters that they are
 * a form of (NFKC, https://www.unicode.org/reports/tr15/). Plain ASCII comes back as it is. The text becomes three times as
 * long at most.
 */
export function normaliseText(text: string): string {
  if (ASCII_ONLY.test(text)) return text;
  return withoutForms(text).normalize('NFKC');
}

/** A pattern of the units that have a form takes several times as long to find that there is none. */
function withoutForms(text: string): string {
  units.write(text);
  const all = units.units;
  let from = 0;
  while (from < text.length && FORMS[all[from] as number] === FORM.same) from += 1;
  if (from === text.length) return text;
  let to = from;
  for (let at = from; at < text.length; at += 1) {
    const unit = all[at] as number;
    const form = FORMS[unit] as number;
    if (form === FORM.same) all[to++] = unit;
    else if (form > FORM.pair) all[to++] = form;
    else if (form === FORM.pair) {
      const low = at + 1 < text.length ? (all[at + 1] as number) : 0;
      const pairForm = isLowSurrogate(low) ? formOfPair(unit, low) : FORM.same;
      if (pairForm > FORM.pair) all[to++] = pairForm;
      else if (pairForm === FORM.same) all[to++] = unit;
      // What comes next is looked at for itself but where both units have one form.
      if (pairForm !== FORM.same) at += 1;
    }
  }
  return units.read(to);
}

/** Where in a text positions of its normalised form are; all count UTF-16 units. */
export class OriginalPositions {
  readonly #text: string;
  readonly #isSame: boolean;
  /** Ends of stretches of the text, and of what they are normalised to: as far as was asked for. */
  readonly #ends = [0];
  readonly #normalisedEnds = [0];

  constructor(text: string, normalised: string) {
    this.#text = text;
    this.#isSame = text === normalised;
  }

  /** Linear in the text's length for the first position and those before it, and little for others. */
  of(position: number): number {
    const text = this.#text;
    if (this.#isSame || position <= 0) return Math.min(Math.max(position, 0), text.length);
    const stretch = this.#stretchOf(position);
    let from = this.#ends[stretch] as number;
    let to = this.#ends[stretch + 1] ?? text.length;
    let left = position - (this.#normalisedEnds[stretch] as number);
    // The half that the position is in is looked at more closely, again and again.
    while (to - from > 1) {
      const middle = beforePair(text, (from + to) >>> 1);
      if (middle === from) break;
      const { length } = normaliseText(text.slice(from, middle));
      if (length > left) to = middle;
      else {
        left -= length;
        from = middle;
      }
    }
    return left < normaliseText(text.slice(from, to)).length ? from : to;
  }

  #stretchOf(position: number): number {
    const ends = this.#ends;
    const normalisedEnds = this.#normalisedEnds;
    for (let end = ends.at(-1) as number; end < this.#text.length; ) {
      if ((normalisedEnds.at(-1) as number) > position) break;
      const next = stretchEnd(this.#text, end + STRETCH);
      const { length } = normaliseText(this.#text.slice(end, next));
      ends.push(next);
      normalisedEnds.push((normalisedEnds.at(-1) as number) + length);
      end = next;
    }
    let low = 0;
    let high = normalisedEnds.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((normalisedEnds[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** A place from one on where characters do not depend on those before it: not much further, however few there are. */
function stretchEnd(text: string, least: number): number {
  const most = least + STRETCH;
  for (let at = least; at < Math.min(most, text.length); at += 1) if (text.charCodeAt(at) < 0x80) return at;
  return most < text.length ? beforePair(text, most) : text.length;
}

/** The position itself, or the one before it where it would tear a pair of surrogates. */
function beforePair(text: string, position: number): number {
  return isLowSurrogate(text.charCodeAt(position)) ? position - 1 : position;
}
