import type { JobUsage } from '../../contract.ts';
import { compact, duration, UNKNOWN, usd } from './format.ts';

/** Heads of the columns that JobFigures fills. */
export function JobFigureHeads() {
  return (
    <>
      {['Waited', 'Ran', 'Tokens', 'Cost'].map((name) => (
        <th key={name} scope="col" class="number">
          {name}
        </th>
      ))}
    </>
  );
}

interface JobFiguresProps {
  waitedMs: number;
  /** Null before its first start. */
  ranMs: number | null;
  usage: JobUsage | null | undefined;
  costUsd: number | null | undefined;
}

/** What a job took, as cells of its line. */
export function JobFigures({ waitedMs, ranMs, usage, costUsd }: JobFiguresProps) {
  return (
    <>
      <td class="number">{duration(waitedMs)}</td>
      <td class="number">{duration(ranMs)}</td>
      <td class="number">{tokens(usage)}</td>
      <td class="number">{usd(costUsd)}</td>
    </>
  );
}

/** All tokens of a job, those of the provider's cache among them. */
export function tokens(usage: JobUsage | null | undefined): string {
  if (!usage) return UNKNOWN;
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  return compact(input_tokens + output_tokens + cache_read_input_tokens + cache_creation_input_tokens);
}
