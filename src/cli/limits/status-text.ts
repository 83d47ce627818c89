import type { RulesReport } from '../../ratelimit/index.ts';

type Problems = RulesReport['warnings'];

/** What a process tells of its rules, in one line; below it why it refused newer ones, where it did. */
export function statusText(report: RulesReport): string {
  const { process, role, host, warnings, refused } = report;
  const facts = [inForceText(report), ...(warnings.count > 0 ? [counted(warnings.count, 'warning')] : [])];
  const first = `${role} ${process} on ${host}: ${facts.join(', ')}`;
  if (refused === undefined) return first;
  const version = refused.version === undefined ? '' : ` (version ${refused.version})`;
  return [
    `${first}; newer rules${version} are refused since ${refused.since}:`,
    ...problemLines(refused),
  ].join('\n');
}

function inForceText({ source, version, loadedAt, domains, limits, files }: RulesReport): string {
  if (loadedAt === undefined) return 'no rules in force yet';
  const { names, count } = files;
  const more = count > 1 ? ` and ${count - 1} more` : '';
  const from = source === 'xds' ? `xDS version ${version || '""'}` : `${names[0] ?? 'no file'}${more}`;
  return `${counted(domains, 'domain')}, ${counted(limits, 'limit')} from ${from} since ${loadedAt}`;
}

function problemLines({ count, problems }: Problems): string[] {
  const told = problems.map(({ file, line, column, path, reason }) => {
    const place = line === 0 ? file : `${file}:${line}:${column}`;
    return `  ${place}: ${path === '' ? '' : `${path}: `}${reason}`;
  });
  return count > problems.length ? [...told, `  and ${count - problems.length} more`] : told;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
