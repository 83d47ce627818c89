import { expect, test } from 'vitest';
import { explainPath, problemOfEntries } from './explain-query.ts';

test('entries keep their order, and their values what stands after the first =', () => {
  expect(explainPath('gatehouse', ' calls=submit  path=/a?b=c ')).toBe(
    '/api/limits/explain?domain=gatehouse&entry=calls%3Dsubmit&entry=path%3D%2Fa%3Fb%3Dc',
  );
});

test.each([
  ['calls=submit tier=pro', undefined],
  ['tier=', undefined],
  ['', 'Write the entries of a descriptor, such as calls=submit tier=pro.'],
  ['calls=submit pro', 'pro: expected key=value, such as tenant=acme.'],
  ['=pro', '=pro: expected key=value, such as tenant=acme.'],
])('"%s" is told what is wrong with it', (text, problem) => expect(problemOfEntries(text)).toBe(problem));
