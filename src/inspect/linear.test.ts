import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../../bench/inspect/hostile-texts.ts';
import { countSteps } from '../../test/support/count-steps.ts';
import { createDetector } from './detect.ts';
import { readModel } from './model/model.ts';

const detect = createDetector(readModel(new URL('./model/model.json', import.meta.url)));
const CHARACTERS = 50_000;
/** The worst of these texts takes 91; one part that took quadratic time would take tens of thousands. */
const MAX_STEPS = 200;

describe('a character takes so many steps at most, in the longest text that is inspected:', () => {
  test.each(Object.entries(hostileTexts(CHARACTERS)))('%s', async (_, text) => {
    const steps = await countSteps('/src/inspect/', () => void detect(text));
    expect(steps / CHARACTERS).toBeLessThanOrEqual(MAX_STEPS);
  });
});

test('what is read of a text is bounded, whatever it hides', () => {
  for (const text of Object.values(hostileTexts(CHARACTERS))) {
    const [plain, ...hidden] = detect(text);
    expect(plain.text.length).toBeLessThanOrEqual(4 * text.length);
    expect(hidden.reduce((sum, reading) => sum + reading.text.length, 0)).toBeLessThanOrEqual(
      4 * text.length,
    );
    expect(hidden.length).toBeLessThanOrEqual(text.length / 1_000);
  }
});
