import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../../bench/inspect/hostile-texts.ts';
import { countSteps } from '../../test/support/count-steps.ts';
import { createDetector } from './detect.ts';
import { compileRuleBook } from './index.ts';
import { readModel } from './model/model.ts';
import { workFor } from './work.ts';

const detect = createDetector(readModel(new URL('./model/model.json', import.meta.url)));
const set = compileRuleBook({ texts: [], allow: [] }).sets.default;
const CHARACTERS = 50_000;
/** The worst of these texts takes 56; one part that took quadratic time would take tens of thousands. */
const MAX_STEPS = 200;

describe('a character takes so many steps at most, in the longest text that is inspected:', () => {
  test.each(Object.entries(hostileTexts(CHARACTERS)))('%s', async (_, text) => {
    const steps = await countSteps('/src/inspect/', () => void detect(text));
    expect(steps / CHARACTERS).toBeLessThanOrEqual(MAX_STEPS);
  });
});

test('a text takes no more work than there is for one of its length, beside that of reading it once', () => {
  for (const text of Object.values(hostileTexts(CHARACTERS))) {
    const [plain, ...hidden] = detect(text);
    const lengths = hidden.map((reading) => reading.text.length);
    expect(plain.text.length).toBeLessThanOrEqual(3 * text.length);
    const work = workFor(text);
    // Each text that is read takes at least 1,000 steps, and 3 for each character of it: see detect.ts.
    const steps = lengths.reduce((sum, length) => sum + 1_000 + 3 * length, 0);
    expect(steps).toBeLessThanOrEqual(work.left);
    set.match(plain.text, work);
    expect(work.left).toBeGreaterThan(-2 * plain.text.length);
  }
});
