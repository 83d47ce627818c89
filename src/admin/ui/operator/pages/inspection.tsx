import { useEffect, useId, useState } from 'preact/hooks';
import type { Finding, FindingList, InspectionState, TriedText, TryText } from '../../../contract.ts';
import { count, plural, relative, shortId, time } from '../../shared/format.ts';
import { Empty, PageTitle, Section, Table, Trouble } from '../../shared/page-parts.tsx';
import { messageOf } from '../../shared/problem.ts';
import { StateMark } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { call, query } from '../call.ts';
import { clientPath } from '../client-path.ts';
import type { PageProps } from '../page-props.ts';
import { Link, navigate } from '../router.tsx';
import { piecesOf } from '../tried-pieces.ts';
import { useAnswer } from '../use-answer.ts';
import { useSending } from '../use-sending.ts';

const TONES = { allow: 'good', flag: 'warn', reject: 'bad' } as const;
const WORDS = { allow: 'allowed', flag: 'flagged', reject: 'rejected' };
const REASON_CLASSES = [
  ...['override', 'jailbreak', 'extraction', 'exfiltration', 'covert', 'role_marker', 'suspicious', 'other'],
];
const EVERY_MS = 10_000;
const PAGE_SIZE = 50;

/** What prompt inspection has found, and what it would say of a text. */
export function InspectionPage({ query: asked }: PageProps) {
  const state = useAnswer<InspectionState>('/api/inspection', EVERY_MS);
  return (
    <>
      <PageTitle title="Prompt inspection">
        Prompts are kept nowhere: a finding has the digest of its body, which finds the same body again.
      </PageTitle>
      {state.answer?.rulesRefused === true && (
        <Trouble message="A process of authz keeps older rules, because the newest cannot be used. Its log says why." />
      )}
      <Section title="Try a text">
        <TryBox routes={state.answer?.routes ?? []} tiers={state.answer?.tiers ?? []} />
      </Section>
      <Section title="Since the processes of authz started">
        <Answered asked={state}>{(answer) => <Counts counts={answer.counts} />}</Answered>
      </Section>
      <Section title="Findings">
        <Findings asked={asked} />
      </Section>
    </>
  );
}

function TryBox({ routes, tiers }: Pick<InspectionState, 'routes' | 'tiers'>) {
  const id = useId();
  const { problem, isSending, send } = useSending();
  const [text, setText] = useState('');
  const [route, setRoute] = useState('');
  const [tier, setTier] = useState('');
  const [tried, setTried] = useState<{ text: string; result: TriedText }>();
  const body: TryText = { text, ...(route !== '' && { route }), ...(tier !== '' && { tier }) };
  return (
    <>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(async () =>
            setTried({
              text,
              result: await call<TriedText>('/api/inspection/try', { method: 'POST', body }),
            }),
          );
        }}
      >
        <div class="field">
          <label for={id}>Text</label>
          <textarea
            id={id}
            rows={3}
            required
            value={text}
            placeholder="Ignore all previous instructions."
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </div>
        <div class="filters">
          <Choice name="Route" value={route} choices={routes} onChange={setRoute} />
          <Choice name="Tier" value={tier} choices={tiers} onChange={setTier} />
          <button type="submit" class="button primary" disabled={isSending}>
            Try it
          </button>
        </div>
        <p class="field-problem" role="alert">
          {problem}
        </p>
      </form>
      <div role="status">{tried && <Tried {...tried} />}</div>
    </>
  );
}

function Choice({
  name,
  value,
  choices,
  onChange,
}: {
  name: string;
  value: string;
  choices: readonly string[];
  onChange(value: string): void;
}) {
  return (
    <label class="field">
      <span>{name}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">any</option>
        {choices.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}

function Tried({ text, result: { verdict, score, policy, reasons } }: { text: string; result: TriedText }) {
  // The model judges a text as a whole.
  const byRules = reasons.filter(({ by }) => by === 'rule');
  return (
    <div class="tried">
      <p>
        <StateMark tone={TONES[verdict]}>{WORDS[verdict]}</StateMark> with a score of {score.toFixed(2)} by
        the policy {policy.name}
        {policy.shadow && ', which is only tried out'}; it flags from {policy.thresholds.flag} and rejects
        from {policy.thresholds.reject}.
      </p>
      <p class="tried-text">
        {piecesOf(text, byRules).map(({ start, text: piece, found }) =>
          found.length === 0 ? (
            piece
          ) : (
            <mark key={start} title={found.join(', ')}>
              {piece}
            </mark>
          ),
        )}
      </p>
      {reasons.length > 0 && (
        <Table
          caption="Reasons"
          head={
            <>
              <th scope="col">Reason</th>
              <th scope="col">After</th>
              <th scope="col">By</th>
              <th scope="col" class="number">
                Weight
              </th>
              <th scope="col">Where</th>
              <th scope="col">Disguise</th>
            </>
          }
        >
          {reasons.map((reason) => (
            <tr key={`${reason.rule} ${reason.position}`}>
              <th scope="row" class="mono">
                {reason.rule}
              </th>
              <td>{reason.reasonClass.replaceAll('_', ' ')}</td>
              <td>{reason.by}</td>
              <td class="number">{reason.weight.toFixed(2)}</td>
              <td>
                {reason.position} to {reason.end}
              </td>
              <td>{reason.disguises.join(', ')}</td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}

function Counts({ counts }: Pick<InspectionState, 'counts'>) {
  if (counts === null) return <Empty>Not known: no process of authz answers.</Empty>;
  if (counts.length === 0) return <Empty>No prompt yet.</Empty>;
  return (
    <Table
      caption="Verdicts"
      head={
        <>
          <th scope="col">Policy</th>
          <th scope="col">Verdict</th>
          <th scope="col">Reason</th>
          <th scope="col" class="number">
            Prompts
          </th>
        </>
      }
    >
      {counts.map(({ policy, verdict, reasonClass, count: prompts }) => (
        <tr key={`${policy} ${verdict} ${reasonClass}`}>
          <th scope="row">{policy}</th>
          <td>
            <StateMark tone={TONES[verdict]}>{WORDS[verdict]}</StateMark>
          </td>
          <td>{reasonClass.replaceAll('_', ' ')}</td>
          <td class="number">{count(prompts)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Findings({ asked }: { asked: URLSearchParams }) {
  const filter = {
    ...{ verdict: asked.get('verdict') ?? '', reasonClass: asked.get('reasonClass') ?? '' },
    ...{
      tenant: asked.get('tenant') ?? '',
      client: asked.get('client') ?? '',
      digest: asked.get('digest') ?? '',
    },
  };
  const set = (change: Partial<typeof filter>) =>
    navigate(`/inspection${query({ ...filter, ...change })}`, { replace: true });
  const path = `/api/inspection/findings${query({ ...filter, limit: PAGE_SIZE })}`;
  return (
    <>
      <search class="filters">
        <label class="field">
          <span>Verdict</span>
          <select
            value={filter.verdict}
            onChange={({ currentTarget }) => set({ verdict: currentTarget.value })}
          >
            <option value="">all</option>
            <option value="flag">flagged</option>
            <option value="reject">rejected</option>
          </select>
        </label>
        <label class="field">
          <span>Reason</span>
          <select
            value={filter.reasonClass}
            onChange={({ currentTarget }) => set({ reasonClass: currentTarget.value })}
          >
            <option value="">all</option>
            {REASON_CLASSES.map((each) => (
              <option key={each} value={each}>
                {each.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        {(['tenant', 'client', 'digest'] as const).map((name) => (
          <label class="field" key={name}>
            <span>{name.charAt(0).toUpperCase() + name.slice(1)}</span>
            <input
              value={filter[name]}
              placeholder="any"
              spellcheck={false}
              autocapitalize="off"
              onChange={({ currentTarget }) => set({ [name]: currentTarget.value.trim() })}
            />
          </label>
        ))}
      </search>
      <FindingPages key={path} path={path} />
    </>
  );
}

function FindingPages({ path }: { path: string }) {
  const first = useAnswer<FindingList>(path, EVERY_MS);
  const [older, setOlder] = useState<readonly Finding[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (older.length === 0) setNext(first.answer?.next ?? null);
  }, [first.answer, older.length]);
  const more = () => {
    setProblem('');
    call<FindingList>(`${path}&before=${encodeURIComponent(next ?? '')}`).then(
      (page) => {
        setOlder((before) => [...before, ...page.findings]);
        setNext(page.next);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <Answered asked={first}>
      {({ findings }) => {
        const shown = [...new Map([...findings, ...older].map((finding) => [finding.id, finding])).values()];
        return (
          <>
            {shown.length === 0 ? <Empty>Nothing was found.</Empty> : <FindingsTable findings={shown} />}
            {problem !== '' && <Trouble message={problem} />}
            {next !== null && (
              <button type="button" class="button" onClick={more}>
                Older findings
              </button>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function FindingsTable({ findings }: { findings: readonly Finding[] }) {
  const now = useNow();
  return (
    <Table
      caption="Findings"
      head={
        <>
          <th scope="col">When</th>
          <th scope="col">Verdict</th>
          <th scope="col">Reason</th>
          <th scope="col" class="number">
            Score
          </th>
          <th scope="col">Rules</th>
          <th scope="col">Where</th>
          <th scope="col">Client</th>
          <th scope="col">Digest</th>
        </>
      }
    >
      {findings.map((finding) => (
        <tr key={finding.id}>
          <th scope="row" title={time(finding.at, now)}>
            {relative(finding.at, now)}
          </th>
          <td>
            <StateMark tone={TONES[finding.verdict]}>{WORDS[finding.verdict]}</StateMark>
            {finding.shadow && <span class="quiet"> passed: only tried out</span>}
          </td>
          <td>{finding.reasonClass.replaceAll('_', ' ')}</td>
          <td class="number">{finding.score.toFixed(2)}</td>
          <td>
            <Rules names={finding.rules} />
          </td>
          <td>{finding.fields.join(', ')}</td>
          <td>
            <Link to={clientPath(finding.tenant, finding.client)}>{finding.client}</Link>{' '}
            <span class="quiet">{finding.tenant}</span>
          </td>
          <td>
            <Link to={`/inspection${query({ digest: finding.digest })}`} class="mono" title={finding.digest}>
              {shortId(finding.digest)}
            </Link>
          </td>
        </tr>
      ))}
    </Table>
  );
}

const SHOWN_RULES = 2;

function Rules({ names }: { names: readonly string[] }) {
  const more = names.length - SHOWN_RULES;
  return (
    <span title={names.join(', ')}>
      {names.slice(0, SHOWN_RULES).join(', ')}
      {more > 0 && <span class="quiet"> and {plural(more, 'other')}</span>}
    </span>
  );
}
