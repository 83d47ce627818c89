import type { RulesStatus } from '../../contract.ts';
import { plural, time } from '../shared/format.ts';
import { Empty } from '../shared/page-parts.tsx';
import { StateMark } from '../shared/state-mark.tsx';
import { useNow } from '../shared/use-now.ts';

/** Which rules each process has, and the mistakes in those that it refused. */
export function RuleProcesses({ status: { processes } }: { status: RulesStatus }) {
  const now = useNow();
  if (processes.length === 0) return <Empty>No process that limits has told of itself.</Empty>;
  return (
    <ul class="lines">
      {processes.map(({ process, role, host, limits, loadedAt, files, warnings, refused }) => (
        <li key={process}>
          <StateMark tone={refused ? 'bad' : warnings.count > 0 ? 'warn' : 'good'}>{role}</StateMark>
          <span>
            {plural(limits, 'limit')} from {files.names.join(', ') || 'xDS'}
          </span>
          <span class="quiet">
            {loadedAt === undefined ? '' : `since ${time(loadedAt, now)}, `}
            {process} on {host}
          </span>
          {refused && (
            <div class="mistakes">
              <p>Newer rules are refused since {time(refused.since, now)}; those from before hold.</p>
              <ul>
                {refused.problems.map((problem) => (
                  <li key={`${problem.file}:${problem.line}:${problem.column}`}>
                    <code>
                      {problem.file}:{problem.line}:{problem.column}
                    </code>{' '}
                    {problem.path}: {problem.reason}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
