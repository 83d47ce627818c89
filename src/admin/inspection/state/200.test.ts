import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { parseExposition } from '../../../telemetry/index.ts';
import type { Told } from '../../collect/collector.ts';
import { indexFamilies } from '../../collect/families.ts';

const choices = { tiers: ['pro'], routes: ['submit'] };
const told = (text: string): Told => ({
  source: { role: 'authz', instance: 'a', url: '' },
  families: indexFamilies(parseExposition(text)),
});
const state = async (processes: Told[]) => {
  const answer = await startTestAdmin({ choices, collector: { told: () => processes } }).call(
    '/api/inspection',
  );
  expect(answer.status).toBe(200);
  return answer.json();
};

test('verdicts of all processes are added up, and rules that one refuses are told', async () => {
  const verdicts = (count: number) =>
    `gatehouse_inspection_verdicts_total{policy="default",verdict="reject",reason_class="override"} ${count}\n`;
  expect(
    await state([
      told(`${verdicts(2)}gatehouse_inspection_rules_refused 0\n`),
      told(`${verdicts(3)}gatehouse_inspection_rules_refused 1\n`),
    ]),
  ).toEqual({
    counts: [{ policy: 'default', verdict: 'reject', reasonClass: 'override', count: 5 }],
    ...{ rulesRefused: true, ...choices },
  });
});

test('while nobody tells, nothing is known', async () => {
  expect(await state([])).toEqual({ counts: null, rulesRefused: null, ...choices });
});
