import { workerData } from 'node:worker_threads';
import { compileRuleBook, type RuleBook } from '../../inspect/index.ts';
import { type BodyRules, type Examination, examineBody } from './examine.ts';
import type { ExaminationTask } from './examiner.ts';

const rules = workerData as BodyRules;
const ABANDONED: Examination = { kind: 'unexamined', reason: 'abandoned' };

/** The last rule book that was asked for: most bodies are held against the same. */
let latest: { version: number; book: RuleBook } | undefined;

/** Runs on a thread: examines one body, unless nobody waits for it any more. */
export default function examine({ body, inspection, cancelled }: ExaminationTask): Examination {
  if (Atomics.load(cancelled, 0) === 1) return ABANDONED;
  if (inspection !== undefined && inspection.version !== latest?.version) {
    latest = { version: inspection.version, book: compileRuleBook(inspection.own) };
  }
  return examineBody(body, rules, inspection && latest?.book);
}
