import { useState } from 'preact/hooks';
import type {
  Offenders,
  Override,
  Overrides,
  RulesStatus,
  RuleTree,
  RuleTreeNode,
} from '../../../contract.ts';
import { Confirm } from '../../shared/confirm.tsx';
import { count, percent, plural, relative, time } from '../../shared/format.ts';
import { Empty, PageTitle, Section, Table, Trouble } from '../../shared/page-parts.tsx';
import { StateMark } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { call } from '../call.ts';
import { ExplainBox } from '../explain-box.tsx';
import { useIsOperator } from '../session.ts';
import { unbranched } from '../unbranched.ts';
import { useAnswer } from '../use-answer.ts';

const EVERY_MS = 10_000;

/** Which limits there are, whom they refuse, and whether every process has the newest of them. */
export function LimitsPage() {
  const rules = useAnswer<RuleTree>('/api/limits/rules', EVERY_MS);
  const offenders = useAnswer<Offenders>('/api/limits/offenders?limit=20', EVERY_MS);
  const overrides = useAnswer<Overrides>('/api/limits/overrides', EVERY_MS);
  const status = useAnswer<RulesStatus>('/api/limits/status', EVERY_MS);
  return (
    <>
      <PageTitle title="Rate limits">
        Rules as they are in the files, whom they refuse, and what operators have changed.
      </PageTitle>
      <Section title="Why is a request limited?">
        <ExplainBox domains={rules.answer?.domains.map(({ domain }) => domain) ?? []} />
      </Section>
      <Section title="Refused most, in the last hour">
        <Answered asked={offenders}>{(answer) => <OffendersTable answer={answer} />}</Answered>
      </Section>
      <Section title="Changed figures">
        <Answered asked={overrides}>
          {(answer) => <OverridesTable overrides={answer.overrides} onChange={overrides.ask} />}
        </Answered>
      </Section>
      <Section title="Rules">
        <Answered asked={rules}>{(answer) => <Rules tree={answer} />}</Answered>
      </Section>
      <Section title="Processes and their rules">
        <Answered asked={status}>{(answer) => <Processes status={answer} />}</Answered>
      </Section>
    </>
  );
}

function OffendersTable({ answer: { offenders, error } }: { answer: Offenders }) {
  if (offenders.length === 0) return <Empty>Nobody was refused.</Empty>;
  return (
    <>
      <Table
        caption="Whom limits refuse most"
        head={
          <>
            <th scope="col">Limit</th>
            <th scope="col">Descriptor</th>
            <th scope="col" class="number">
              Refused
            </th>
            <th scope="col" class="number">
              Passed
            </th>
            <th scope="col" class="number">
              Share refused
            </th>
          </>
        }
      >
        {offenders.map(({ limit, entries, limited, passed, limitedRatio }) => {
          const descriptor = entries.map(({ key, value }) => `${key}=${value}`).join(' ');
          return (
            <tr key={`${limit} ${descriptor}`}>
              <th scope="row">{limit}</th>
              <td class="mono">{descriptor}</td>
              <td class="number">{count(limited)}</td>
              <td class="number">{count(passed)}</td>
              <td class="number">{percent(limitedRatio)}</td>
            </tr>
          );
        })}
      </Table>
      {error > 0 && <p class="quiet">Each count may be too low by {count(error)}.</p>}
    </>
  );
}

function OverridesTable({ overrides, onChange }: { overrides: readonly Override[]; onChange(): void }) {
  const isOperator = useIsOperator();
  const now = useNow();
  const [open, setOpen] = useState<Override>();
  if (overrides.length === 0)
    return <Empty>None: the files hold everywhere. A client's page can change them for it.</Empty>;
  return (
    <>
      <Table
        caption="Changed figures"
        head={
          <>
            <th scope="col">Limit</th>
            <th scope="col">For</th>
            <th scope="col" class="number">
              Figure
            </th>
            <th scope="col">Set</th>
            <th scope="col">Ends</th>
            <th scope="col">Reason</th>
            {isOperator && (
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </>
        }
      >
        {overrides.map((override) => (
          <tr key={override.id}>
            <th scope="row">{override.limit}</th>
            <td class="mono">
              {Object.entries(override.entries)
                .map((entry) => entry.join('='))
                .join(' ') || 'everybody'}
            </td>
            <td class="number">
              {override.requests === 'unlimited' ? 'unlimited' : count(override.requests)}
            </td>
            <td title={time(override.setAt, now)}>
              {relative(override.setAt, now)} by {override.setBy}
            </td>
            <td>{override.expiresAt === undefined ? 'never' : relative(override.expiresAt, now)}</td>
            <td>{override.reason}</td>
            {isOperator && (
              <td class="row-actions">
                <button type="button" class="quiet-button" onClick={() => setOpen(override)}>
                  Undo<span class="visually-hidden"> the change of {override.limit}</span>
                </button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {open && (
        <Confirm
          title={`Undo the change of ${open.limit}?`}
          consequence="The figure of the rule file holds again, at once and everywhere."
          verb="Undo the change"
          act={() =>
            call(`/api/limits/overrides/${encodeURIComponent(open.id)}`, { method: 'DELETE' }).then(onChange)
          }
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function Rules({ tree }: { tree: RuleTree }) {
  return (
    <>
      {tree.problem !== null && <Trouble message={tree.problem} />}
      {tree.domains.map(({ domain, nodes }) => (
        <div key={domain}>
          <h3>{domain}</h3>
          <RuleBranch nodes={nodes} depth={0} />
        </div>
      ))}
      {tree.omitted > 0 && <p class="quiet">{plural(tree.omitted, 'more rule')} not shown.</p>}
    </>
  );
}

/** Levels that stand open at first. */
const OPEN_DEPTH = 2;

function RuleBranch({ nodes, depth }: { nodes: readonly RuleTreeNode[]; depth: number }) {
  return (
    <ul class="tree">
      {nodes.map((node) => {
        const { path, rule, below } = unbranched(node);
        const name = (
          <>
            <code>{path.join(' ')}</code>
            {rule && <RuleText rule={rule} />}
          </>
        );
        return (
          <li key={path.join(' ')}>
            {below.length === 0 ? (
              <div class="leaf">{name}</div>
            ) : (
              <details open={depth < OPEN_DEPTH}>
                <summary>{name}</summary>
                <RuleBranch nodes={below} depth={depth + 1} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function RuleText({ rule: { limits, counters } }: { rule: NonNullable<RuleTreeNode['rule']> }) {
  return (
    <span class="rule">
      {limits === 'unlimited'
        ? 'unlimited'
        : limits.map(({ name, description, shadowMode }) => (
            <span key={name} class="limit" title={name}>
              {description}
              {shadowMode && ' (only tried out)'}
            </span>
          ))}
      {counters && counters.hits > 0 && (
        <span class="quiet">
          {plural(counters.hits, 'hit')}
          {counters.overLimit > 0 && `, ${count(counters.overLimit)} refused`}
        </span>
      )}
    </span>
  );
}

function Processes({ status: { processes } }: { status: RulesStatus }) {
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
