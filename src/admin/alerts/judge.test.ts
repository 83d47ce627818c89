import { expect, test } from 'vitest';
import { ALERTS, type Alert } from '../../telemetry/index.ts';
import { createAlertJudge, firing } from './judge.ts';
import { ALERT_COUNTS, ALERT_VALUES, type AlertFacts } from './values.ts';

const ALERT: Alert = {
  name: 'GatehouseTest',
  value: '',
  above: 20,
  unit: 'jobs',
  forMs: 60_000,
  severity: 'critical',
  summary: 'Too many.',
  runbook: 'test',
};
const FACTS = {} as AlertFacts;

function judge() {
  let value: number | undefined;
  const { judge: ask } = createAlertJudge([ALERT], { GatehouseTest: () => value });
  return (atMs: number, measured: number | undefined) => {
    value = measured;
    return ask(FACTS, atMs)[0];
  };
}

test('there is a value for each alert, and no other', () => {
  expect(Object.keys(ALERT_VALUES).sort()).toEqual(ALERTS.map(({ name }) => name).sort());
});

test('there is a count for each alert that says how many there have to be, and no other', () => {
  const counted = ALERTS.filter(({ atLeast }) => atLeast !== undefined).map(({ name }) => name);
  expect(Object.keys(ALERT_COUNTS).sort()).toEqual(counted.sort());
});

test('a share of too few does not count, however large it is', () => {
  const alert = { ...ALERT, atLeast: { count: 3, of: 'failures', value: '' } };
  let failures: number | undefined;
  const { judge: ask } = createAlertJudge(
    [alert],
    { GatehouseTest: () => 100 },
    { GatehouseTest: () => failures },
  );
  const states = [2, 3, undefined].map((count) => {
    failures = count;
    return ask(FACTS, 0)[0]?.state;
  });
  expect(states).toEqual(['ok', 'pending', 'ok']);
});

test('it fires once its condition has held for as long as it has to', () => {
  const at = judge();
  expect(at(0, 20)).toMatchObject({ state: 'ok', threshold: 20, value: 20 });
  expect(at(10_000, 21)).toMatchObject({ state: 'pending', since: '1970-01-01T00:00:10.000Z' });
  expect(at(69_999, 25)).toMatchObject({ state: 'pending' });
  expect(at(70_000, 25)).toMatchObject({ state: 'firing', since: '1970-01-01T00:01:10.000Z', value: 25 });
  expect(at(80_000, 20)).toMatchObject({ state: 'ok', since: '1970-01-01T00:01:20.000Z' });
});

test('a moment in which it does not hold has it begin anew', () => {
  const at = judge();
  at(0, 21);
  at(59_000, 20);
  expect(at(60_000, 21)).toMatchObject({ state: 'pending' });
  expect(at(119_999, 21)).toMatchObject({ state: 'pending' });
});

test('what is not known is neither', () => {
  const at = judge();
  at(0, 21);
  expect(at(61_000, undefined)).toMatchObject({ state: 'unknown', value: null });
});

test('those that fire are told with where to read on', () => {
  const at = judge();
  at(0, 21);
  const alert = at(60_000, 21);
  expect(firing(alert === undefined ? [] : [alert])).toEqual([
    {
      ...{ name: 'GatehouseTest', severity: 'critical', summary: 'Too many.', value: 21 },
      ...{ runbook: 'docs/runbooks/test.md', since: '1970-01-01T00:01:00.000Z' },
    },
  ]);
});
