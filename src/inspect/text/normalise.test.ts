import { expect, test } from 'vitest';
import { composeCompatibility } from './compatibility.ts';
import { removeInvisible } from './invisible.ts';
import { normaliseText } from './normalise.ts';

test('no character is passed over that is invisible or has another form', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    const normalised = normaliseText(character);
    if (normalised !== composeCompatibility(removeInvisible(character))) {
      expect({ code: code.toString(16), normalised }).toBeUndefined();
    }
  }
});
