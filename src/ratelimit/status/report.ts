import { z } from 'zod';
import type { RuleProblem } from '../../rule-files/index.ts';
import type { RulesStatus } from '../rules/live-rules.ts';

const count = z.int().min(0);
const time = z.iso.datetime();
const problems = z.array(
  z.object({
    file: z.string(),
    line: count,
    column: count,
    path: z.string(),
    code: z.string(),
    reason: z.string(),
  }),
);

/** What one process tells of its rules. Texts are cut and lists end early, so that it stays below about 64 KiB. */
export const rulesReportSchema = z.object({
  /** At random for each start. */
  process: z.string(),
  /** The service, or a role that counts something itself. */
  role: z.enum(['ratelimit', 'api', 'worker']),
  /** Name of the machine, or of the container. */
  host: z.string(),
  source: z.enum(['files', 'xds']),
  /** Of the set in force, where it came over xDS. */
  version: z.string().optional(),
  /** ISO 8601, as all times here; absent until the first set was taken. */
  loadedAt: time.optional(),
  domains: count,
  limits: count,
  /** Paths of the files, or names of the resources, that are in force. */
  files: z.object({ count, names: z.array(z.string()) }),
  warnings: z.object({ count, problems }),
  /** Where the newest set could not be used. */
  refused: z
    .object({
      /** Since when what is in force is not the newest. */
      since: time,
      /** When the newest set was refused. */
      at: time,
      version: z.string().optional(),
      count,
      problems,
    })
    .optional(),
});

export type RulesReport = z.infer<typeof rulesReportSchema>;

const MAX_FILES = 20;
const MAX_PROBLEMS = 20;
const MAX_NAME_CHARACTERS = 300;
const MAX_REASON_CHARACTERS = 500;

/** @param from the process */
export function rulesReport(
  from: Pick<RulesReport, 'process' | 'role' | 'host'>,
  { source, version, loadedAtMs, domains, limits, files, warnings, refused }: RulesStatus,
): RulesReport {
  return {
    ...from,
    source,
    ...(version !== undefined && { version: cut(version) }),
    ...(loadedAtMs !== undefined && { loadedAt: iso(loadedAtMs) }),
    domains: domains.length,
    limits,
    files: { count: files.length, names: files.slice(0, MAX_FILES).map((name) => cut(name)) },
    warnings: told(warnings),
    ...(refused !== undefined && {
      refused: {
        since: iso(refused.sinceMs),
        at: iso(refused.atMs),
        ...(refused.version !== undefined && { version: cut(refused.version) }),
        ...told(refused.problems),
      },
    }),
  };
}

function told(all: readonly RuleProblem[]): RulesReport['warnings'] {
  const shown = all.slice(0, MAX_PROBLEMS).map(({ file, line, column, path, code, reason }) => ({
    ...{ file: cut(file), line, column, path: cut(path), code },
    reason: cut(reason, MAX_REASON_CHARACTERS),
  }));
  return { count: all.length, problems: shown };
}

function cut(text: string, maxCharacters = MAX_NAME_CHARACTERS): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}...`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
