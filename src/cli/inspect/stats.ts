import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspection, Verdict } from '../../inspect/index.ts';
import { readText } from './read-text.ts';

/** What was found in the files of a folder. */
export interface FolderStats extends Record<Verdict, number> {
  files: number;
  /** Files that are flagged or rejected, by what the reason that weighs most is after. */
  reasonClasses: Record<string, number>;
  /** In how many files each rule matched, where it mattered; `model` for the model. */
  rules: Record<string, number>;
  suspicious: { file: string; decision: Verdict; score: number; rules: string[] }[];
}

/** Inspects every file below a folder. */
export async function folderStats(
  folder: string,
  inspect: (text: string) => Inspection,
): Promise<FolderStats> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new Error(`${folder} is no folder: --stats takes a folder of text files.`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const stats: FolderStats = {
    ...{ files: 0, allow: 0, flag: 0, reject: 0 },
    ...{ reasonClasses: {}, rules: {}, suspicious: [] },
  };
  for (const file of files.sort()) {
    const { decision, score, reasons } = inspect(await readText(file));
    stats.files += 1;
    stats[decision] += 1;
    if (decision === 'allow') continue;
    const [main] = reasons.toSorted((a, b) => b.weight - a.weight);
    const rules = reasons.map(({ by, rule }) => (by === 'model' ? 'model' : rule));
    count(stats.reasonClasses, main?.reasonClass ?? 'suspicious');
    for (const rule of new Set(rules)) count(stats.rules, rule);
    stats.suspicious.push({ file, decision, score, rules });
  }
  return stats;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** For people: a line for each file that is not simply allowed, then the sums. */
export function readableStats({
  files,
  allow,
  flag,
  reject,
  reasonClasses,
  rules,
  suspicious,
}: FolderStats): string {
  const lines = suspicious.map(
    ({ file, decision, score, rules: names }) =>
      `${decision.padEnd(6)}  ${score.toFixed(3)}  ${file}  ${names.join(', ')}`,
  );
  if (suspicious.length > 0) lines.push(`by class: ${sums(reasonClasses)}`, `by rule: ${sums(rules)}`);
  lines.push(`${files} files: ${allow} allowed, ${flag} flagged, ${reject} rejected`);
  return `${lines.join('\n')}\n`;
}

/** The most frequent first. */
function sums(counts: Record<string, number>): string {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}
