import {
  type Inspection,
  type InspectOptions,
  inspect,
  loadRuleBook,
  type OwnRuleSources,
} from '../../../inspect/index.ts';
import { RulesError } from '../../../rule-files/index.ts';

export interface InspectionTask {
  text: string;
  options: Pick<InspectOptions, 'preset' | 'thresholds'>;
  rules: OwnRuleSources;
}

export type InspectionOutcome =
  | { kind: 'inspected'; inspection: Inspection }
  /** Classes do not outlive the way between threads. */
  | { kind: 'rules_refused'; message: string };

/** Runs on a thread: inspects one text by the rules as they are now. */
export default async function inspectText({
  text,
  options,
  rules,
}: InspectionTask): Promise<InspectionOutcome> {
  try {
    const book = await loadRuleBook(rules);
    return { kind: 'inspected', inspection: inspect(text, { ...options, rules: book }) };
  } catch (error) {
    if (error instanceof RulesError) return { kind: 'rules_refused', message: error.message };
    throw error;
  }
}
