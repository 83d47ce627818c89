import { decodeText } from './decode/decode.ts';
import type { Decoded, Disguise, Span } from './decode/decoder.ts';
import { decodeTagCharacters } from './decode/tag-characters.ts';
import type { Evidence } from './model/calibration.ts';
import type { Model } from './model/model.ts';
import { Scorer } from './model/scorer.ts';
import { normalise } from './text/normalise.ts';
import { OriginalPositions } from './text/original-positions.ts';
import type { Words } from './words/tokenize.ts';
import { type Work, workFor } from './work.ts';

export type { Span };

/** What is hidden in what is hidden in a text is still looked at, what is hidden in that is not. */
const MAX_DEPTH = 3;
/** What it costs to read a text of words, in steps: beside each character each word, and something for the text. */
const CHARACTER_STEPS = 3;
const WORD_STEPS = 24;
/** No character costs more: words of one are read quicker than others. */
const MAX_CHARACTER_STEPS = 15;
/** Of a word that is looked at for leetspeak and lookalikes as well, and of each of its letters. */
const SECOND_LOOK_STEPS = 8;
const SECOND_LETTER_STEPS = 1;
const TEXT_STEPS = 1_000;
/** A text that becomes this many times as long in one spelling is read as far as it was long: those that people write hardly grow. */
const MAX_GROWTH = 1.08;
/** One that is shorter may. */
const MIN_CUT = 10_000;

/**
 * One way to read the text that is inspected: as it stands, or what it holds in disguise. Rules run over the `text` of
 * each: it is what the model judges, so nothing has to be normalised or decoded again.
 */
export interface Reading {
  /** Without invisible characters, compatibility forms replaced (NFKC), decoded; letters keep their case and accents. */
  text: string;
  /** How it was hidden, the outermost disguise first; none for the text as it stands. */
  disguises: readonly Disguise[];
  /**
   * The model's log-odds that this is an attack: from 0 on it is flagged and from ln 9 = 2.2 on rejected, by default. A rule that
   * matches in this reading adds its weight to these. They lie between -10 and 15, so that a weight of 15 always rejects.
   */
  logit: number;
  /** The part of `text` that is most like an attack, and the classes of its words, as bits; see WORD_CLASSES. */
  passage: Span;
  classes: number;
  evidence: Evidence;
  /**
   * Where a part of `text` stands in the text that is inspected, and never beyond it. Exact unless an encoding of bytes
   * (base64, hex) is in between: then it is all of that. Takes time linear in the text's length when it is first called.
   */
  origin(part: Span): Span;
}

/**
 * Reads a text in all ways that there is a sign of. The text as it stands comes first, and is read whatever it costs.
 * @param work from which it is taken; where that is exhausted, there may be more to read
 * @param visit is given each reading before what it hides is decoded, and may take from the work, too
 */
export type Detector = (
  text: string,
  work?: Work,
  visit?: (reading: Reading) => void,
) => readonly [Reading, ...Reading[]];

/** The detector of a model; linear in the text's length, whatever it holds. */
export function createDetector(model: Model): Detector {
  const scorer = new Scorer(model);
  const knows = (hash: number) => scorer.knows(hash);

  return (text, work = workFor(text), visit) => {
    const readings: Reading[] = [];
    const fits = (characters: number) => work.allows(leastSteps(characters));
    // Not the text itself: V8 makes what stands in a Set unique, by a copy that only a full collection takes away.
    const decodedTexts = new Set<string>();

    const read = (part: string, disguises: readonly Disguise[], outerOrigin: Reading['origin']): void => {
      const normalised = normalise(part);
      const most = Math.max(part.length, MIN_CUT);
      const isCut = normalised.text.length > MAX_GROWTH * most;
      if (isCut) work.leaveUndone();
      const spelled = isCut ? normalised.text.slice(0, most) : normalised.text;
      const found = scorer.score(spelled, (words) => {
        const steps = readingSteps(spelled.length, words);
        const isWanted = disguises.length === 0 || work.allows(normalised.steps + steps);
        work.spend(normalised.steps + (isWanted ? steps : leastSteps(spelled.length)));
        return isWanted;
      });
      if (found === undefined) return;
      const { signs, ...scored } = found;
      const positions = new OriginalPositions(part, normalised);
      const origin = ({ start, end }: Span): Span => {
        const first = positions.of(start);
        return outerOrigin({ start: first, end: Math.max(first, positions.of(end)) });
      };
      const reading: Reading = { ...scored, text: spelled, disguises, origin };
      readings.push(reading);
      visit?.(reading);
      if (disguises.length === MAX_DEPTH) return;
      const readHidden = (decoded: Decoded, disguise: Disguise, originOutside: Reading['origin']) => {
        if (decoded.text === text || decodedTexts.has(decoded.text) || !fits(decoded.text.length)) return;
        decodedTexts.add(decoded.text);
        read(decoded.text, [...disguises, disguise], (span) => originOutside(spanOf(decoded, span)));
      };
      for (const decoded of decodeTagCharacters(part, work))
        readHidden(decoded, 'tag-characters', outerOrigin);
      // What was undone already has left its signs at most.
      const regions = signs.regions.filter(({ disguise }) => disguise !== disguises.at(-1));
      for (const decoded of decodeText(spelled, { ...signs, regions }, knows, work, fits)) {
        readHidden(decoded, decoded.disguise, origin);
      }
    };
    read(text, [], (span) => span);
    return readings as [Reading, ...Reading[]];
  };
}

/** What it takes to find the words of a text, also where it is then too dear to be read. */
function leastSteps(characters: number): number {
  return TEXT_STEPS + CHARACTER_STEPS * characters;
}

function readingSteps(characters: number, { count, readTwice, lettersReadTwice }: Readonly<Words>): number {
  const words = CHARACTER_STEPS * characters + WORD_STEPS * count;
  const secondLook = SECOND_LOOK_STEPS * readTwice + SECOND_LETTER_STEPS * lettersReadTwice;
  return TEXT_STEPS + Math.min(words + secondLook, MAX_CHARACTER_STEPS * characters);
}

/** What a part of a decoded text stands for. */
function spanOf({ originOf }: Decoded, { start, end }: Span): Span {
  const first = originOf(start);
  const last = originOf(Math.max(end - 1, start));
  return { start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}

/** The reading that is most like an attack; of equal ones the first. */
export function worstOf(readings: readonly [Reading, ...Reading[]]): Reading {
  return readings.reduce((worst, reading) => (reading.logit > worst.logit ? reading : worst));
}
