import {
  type Inspection,
  inspect,
  type ReasonClass,
  type RuleBook,
  type Verdict,
} from '../../inspect/index.ts';
import type { InspectionPolicy } from '../inspection/policy.ts';
import { type InspectedField, type ModelInput, modelTexts } from './model-input.ts';

export interface Finding {
  field: InspectedField;
  /** Name of the rule that matched, or what the model took it for. */
  rule: string;
}

export interface InputInspection {
  /** What it was held to. */
  policy: Pick<InspectionPolicy, 'name' | 'shadow'>;
  verdict: Verdict;
  /** Of the worst of it, from 0 to 1. */
  score: number;
  /** What the worst of it is after; undefined where all is allowed. */
  reasonClass: ReasonClass | undefined;
  findings: readonly Finding[];
}

const SEVERITY: Record<Verdict, number> = { allow: 0, flag: 1, reject: 2 };

/** Inspects everything that the model gets to read of a submission. */
export function inspectInput(
  input: ModelInput,
  policy: InspectionPolicy,
  rules: RuleBook | undefined,
): InputInspection {
  const findings: Finding[] = [];
  let worst: Inspection = { decision: 'allow', score: 0, reasons: [] };
  for (const [field, text] of modelTexts(input)) {
    if (field === 'files' && policy.files === 'off') continue;
    const inspection = inspect(text, { ...policy, ...(rules && { rules }) });
    const { score, reasons } = inspection;
    const decision =
      field === 'files' && policy.files === 'flag' ? atMostFlag(inspection.decision) : inspection.decision;
    findings.push(...reasons.map(({ rule }) => ({ field, rule })));
    if (isWorse({ decision, score }, worst)) worst = { decision, score, reasons };
  }
  const [reason] = worst.reasons.toSorted((a, b) => b.weight - a.weight);
  const { name, shadow } = policy;
  return {
    policy: { name, shadow },
    verdict: worst.decision,
    score: worst.score,
    reasonClass: reason?.reasonClass,
    findings,
  };
}

/** Each once. */
export function ruleNames(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule))];
}

function atMostFlag(decision: Verdict): Verdict {
  return decision === 'reject' ? 'flag' : decision;
}

function isWorse(one: Omit<Inspection, 'reasons'>, other: Omit<Inspection, 'reasons'>): boolean {
  const difference = SEVERITY[one.decision] - SEVERITY[other.decision];
  return difference > 0 || (difference === 0 && one.score > other.score);
}
