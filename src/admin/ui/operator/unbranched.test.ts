import { expect, test } from 'vitest';
import type { RuleTreeNode, RuleTreeRule } from '../../contract.ts';
import { unbranched } from './unbranched.ts';

const RULE: RuleTreeRule = { label: 'a', limits: 'unlimited', counters: null };
const node = (key: string, value: string | null, below: RuleTreeNode[] = [], rule?: RuleTreeRule) =>
  ({ key, value, below, ...(rule && { rule }) }) as RuleTreeNode;

test('levels stand on one line up to the rule that they lead to', () => {
  const tree = node('tier', 'pro', [node('tenant', null, [node('client', null, [], RULE)])]);
  expect(unbranched(tree)).toEqual({ path: ['tier=pro', 'tenant=*', 'client=*'], rule: RULE, below: [] });
});

test('a line ends where there is a choice, and where a rule is on the way', () => {
  const two = [node('a', '1'), node('a', '2')];
  expect(unbranched(node('tier', null, two))).toEqual({ path: ['tier=*'], rule: undefined, below: two });
  const deeper = [node('client', null, [], RULE)];
  expect(unbranched(node('tenant', null, deeper, RULE))).toEqual({
    ...{ path: ['tenant=*'], rule: RULE, below: deeper },
  });
});
