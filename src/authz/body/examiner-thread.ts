import { workerData } from 'node:worker_threads';
import { type BodyRules, type Examination, examineBody } from './examine.ts';
import type { ExaminationTask } from './examiner.ts';

const rules = workerData as BodyRules;
const ABANDONED: Examination = { kind: 'unexamined', reason: 'abandoned' };

/** Runs on a thread: examines one body, unless nobody waits for it any more. */
export default function examine({ body, cancelled }: ExaminationTask): Examination {
  return Atomics.load(cancelled, 0) === 1 ? ABANDONED : examineBody(body, rules);
}
