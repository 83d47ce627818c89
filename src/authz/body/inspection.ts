import { inspect, type Verdict } from '../../inspect/index.ts';

/** All of a submission that the model gets to read. */
export interface ModelInput {
  prompt: string;
  /** Members of the body, as JSON.parse reads them. */
  system: unknown;
  context: unknown;
  /** The headers X-Repo and X-Branch, which become part of the context. */
  repository: string | undefined;
  branch: string | undefined;
}

/** Where a text stood. */
export type InspectedField = 'prompt' | 'system' | 'context' | 'x-repo' | 'x-branch';

export interface Finding {
  field: InspectedField;
  /** Name of the rule that matched. */
  rule: string;
}

export interface InputInspection {
  verdict: Verdict;
  findings: readonly Finding[];
}

const ALLOWED: InputInspection = { verdict: 'allow', findings: [] };
const SEVERITY: Record<Verdict, number> = { allow: 0, flag: 1, reject: 2 };

/** Inspects everything that the model gets to read of a submission. There is no other way for a text to it. */
export function inspectInput({ prompt, system, context, repository, branch }: ModelInput): InputInspection {
  let inspection = inspectText(ALLOWED, 'prompt', prompt);
  if (typeof system === 'string') inspection = inspectText(inspection, 'system', system);
  if (context !== undefined) inspection = inspectText(inspection, 'context', textsWithin(context));
  if (repository !== undefined) inspection = inspectText(inspection, 'x-repo', repository);
  if (branch !== undefined) inspection = inspectText(inspection, 'x-branch', branch);
  return inspection;
}

function inspectText(before: InputInspection, field: InspectedField, text: string): InputInspection {
  const { decision, reasons } = inspect(text);
  if (reasons.length === 0 && decision === 'allow') return before;
  return {
    verdict: SEVERITY[decision] > SEVERITY[before.verdict] ? decision : before.verdict,
    findings: [...before.findings, ...reasons.map(({ rule }) => ({ field, rule }))],
  };
}

/** No rule matches across it. */
const SEPARATOR = '\u0000';

/** Every text within a JSON value, names of members included, as one. */
function textsWithin(value: unknown): string {
  const texts: string[] = [];
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const [name, item] of Object.entries(next)) pending.push(name, item);
    }
  }
  return texts.join(SEPARATOR);
}
