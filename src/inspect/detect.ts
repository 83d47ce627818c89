import { decodeText } from './decode/decode.ts';
import type { Evidence } from './model/calibration.ts';
import type { Model } from './model/model.ts';
import { type Scored, Scorer } from './model/scorer.ts';
import { normaliseText, originalPosition } from './text/normalise.ts';

/** What is hidden in what is hidden in a text is still looked at, what is hidden in that is not. */
const MAX_DEPTH = 3;
/** All decoded texts together may be this much longer than the text itself. */
const EXTRA_CHARACTERS = 1_000;

/** The most suspicious passage of a text, as it stands or decoded. */
export interface Detection {
  /** Log-odds that the text is an attack. */
  logit: number;
  /** UTF-16 units of the text, where the passage, or what holds it in disguise, starts. */
  position: number;
  /** Classes of the passage's words, as bits. */
  classes: number;
  evidence: Evidence;
}

/** Looks for the passage that is most like an attack; linear in the text's length, whatever it holds. */
export function createDetector(model: Model): (text: string) => Detection {
  const scorer = new Scorer(model);

  return (text) => {
    let budget = text.length + EXTRA_CHARACTERS;

    const detect = (part: string, depth: number): Detection => {
      const normalised = normaliseText(part);
      const scored: Scored = scorer.score(normalised);
      let worst: Detection = {
        logit: scored.logit,
        position: originalPosition(part, normalised, scored.start),
        classes: scored.classes,
        evidence: scored.evidence,
      };
      if (depth === MAX_DEPTH) return worst;
      for (const decoded of decodeText(part, scored.hints)) {
        if (decoded.text.length > budget) continue;
        budget -= decoded.text.length;
        const hidden = detect(decoded.text, depth + 1);
        if (hidden.logit > worst.logit) worst = { ...hidden, position: decoded.position };
      }
      return worst;
    };
    return detect(text, 0);
  };
}
