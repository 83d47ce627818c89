import type { AssertedLimits } from '../assertion-claims.ts';
import type { Challenge } from '../challenge.ts';
import type { Check } from '../check.ts';
import type { CheckRequest } from '../check-request.ts';
import { DENIALS, type DenialCode, type DenialReason, type FieldProblem } from '../denial.ts';
import type { Metadata } from '../metadata.ts';
import type { StepName, StepOutcome } from '../trace.ts';

export interface Step {
  step: StepName;
  outcome: StepOutcome;
  /** For operators; holds no credential and no text of a prompt. */
  detail: string;
}

/** What came of a check and how, as an operator may see it. */
export interface Explanation {
  request: { method: string; path: string };
  /** As far as the check went. */
  steps: Step[];
  answer:
    | {
        kind: 'allow';
        limits: AssertedLimits;
        metadata: Metadata;
        shadowed: { code: DenialCode; reason: DenialReason }[];
      }
    | {
        kind: 'deny';
        status: number;
        code: DenialCode;
        /** What the caller is not told. */
        reason: DenialReason;
        detail: string;
        challenge?: string;
        errors?: readonly FieldProblem[];
      };
}

/** Runs a check and tells each of its steps. Nothing is logged, counted or signed. */
export async function explain(
  check: Check,
  challenge: Challenge,
  request: CheckRequest,
): Promise<Explanation> {
  const steps: Step[] = [];
  const patient = { signal: new AbortController().signal };
  const { facts, decision } = await check(request, patient, (step, outcome, detail) =>
    steps.push({ step, outcome, detail }),
  );
  const { method, path } = facts;
  if (decision.kind === 'allow') {
    const { limits = {}, metadata } = decision;
    const shadowed = decision.shadowed.map(({ code, reason }) => ({ code, reason }));
    return { request: { method, path }, steps, answer: { kind: 'allow', limits, metadata, shadowed } };
  }
  const { code, reason, detail, errors } = decision.denial;
  const header = challenge(decision.denial);
  return {
    request: { method, path },
    steps,
    answer: {
      ...{ kind: 'deny', status: DENIALS[code].status, code, reason, detail },
      ...(header !== undefined && { challenge: header }),
      ...(errors !== undefined && { errors }),
    },
  };
}
