import { useId, useState } from 'preact/hooks';
import type { ExplainedLimit, LimitExplanation } from '../../contract.ts';
import { count, duration, UNKNOWN } from '../shared/format.ts';
import { Table } from '../shared/page-parts.tsx';
import { StateMark } from '../shared/state-mark.tsx';
import { Answered } from './answered.tsx';
import { explainPath, problemOfEntries } from './explain-query.ts';
import { useAnswer } from './use-answer.ts';

/** Of Gatehouse's own Envoy. */
const OWN_DOMAIN = 'gatehouse';
const EXAMPLE = 'calls=submit tier=pro tenant=default client=service-a';

/** Which rule a descriptor meets, and what its next request would get. */
export function ExplainBox({ domains }: { domains: readonly string[] }) {
  const id = useId();
  const [chosen, setChosen] = useState<string>();
  const domain = chosen ?? domains[0] ?? OWN_DOMAIN;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [path, setPath] = useState<string>();
  const asked = useAnswer<LimitExplanation>(path);
  return (
    <>
      <form
        class="explain"
        onSubmit={(event) => {
          event.preventDefault();
          const wrong = problemOfEntries(text);
          setProblem(wrong ?? '');
          if (wrong !== undefined) return;
          const next = explainPath(domain, text);
          if (next === path) asked.ask();
          else setPath(next);
        }}
      >
        {domains.length > 1 && (
          <label class="field">
            <span>Domain</span>
            <select value={domain} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              {domains.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        <div class="field grow">
          <label for={id}>Descriptor</label>
          <input
            id={id}
            class="mono"
            value={text}
            placeholder={EXAMPLE}
            spellcheck={false}
            autocapitalize="off"
            aria-invalid={problem !== ''}
            aria-describedby={`${id}-problem`}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </div>
        <button type="submit" class="button primary">
          Explain
        </button>
      </form>
      <p class="field-problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
      {path !== undefined && (
        <Answered asked={asked}>{(answer) => <Explanation explanation={answer} />}</Answered>
      )}
    </>
  );
}

const VERDICTS = {
  taken: 'taken',
  other_value: 'is for another value',
  no_fit: 'does not fit',
  comes_later: 'comes after the one that is taken',
};

function Explanation({ explanation }: { explanation: LimitExplanation }) {
  return (
    <div class="explanation" role="status">
      <p>
        <Outcome result={explanation.result} />
      </p>
      <ol class="levels">
        {explanation.levels.map(({ entry, candidates }, level) => (
          <li key={level}>
            <code>
              {entry.key}={entry.value}
            </code>
            <ul>
              {candidates.map(({ key, value, verdict }) => (
                <li key={`${key} ${value}`} class={verdict === 'taken' ? 'taken' : 'quiet'}>
                  <code>{value === undefined ? `${key}=*` : `${key}=${value}`}</code> {VERDICTS[verdict]}
                </li>
              ))}
              {candidates.length === 0 && <li class="quiet">no rule has this key here</li>}
            </ul>
          </li>
        ))}
      </ol>
      {explanation.result.kind === 'limited' && <ExplainedLimits limits={explanation.result.limits} />}
    </div>
  );
}

function Outcome({ result }: { result: LimitExplanation['result'] }) {
  switch (result.kind) {
    case 'unknown_domain':
      return (
        <StateMark tone="warn">{`No rules for this domain. There are: ${result.domains.join(', ')}.`}</StateMark>
      );
    case 'no_candidate':
      return <StateMark tone="warn">No rule takes this descriptor, so it is not limited.</StateMark>;
    case 'no_rule_here':
      return (
        <StateMark tone="warn">
          {`Its path ends before a limit; below it come ${result.below.join(', ')}. It is not limited.`}
        </StateMark>
      );
    case 'unlimited':
      return <StateMark tone="good">{`${result.rule} is unlimited.`}</StateMark>;
    case 'limited':
      return result.next === 'refused' ? (
        <StateMark tone="bad">{`${result.rule}: the next request would be refused.`}</StateMark>
      ) : (
        <StateMark tone="good">{`${result.rule}: the next request would be allowed.`}</StateMark>
      );
  }
}

function ExplainedLimits({ limits }: { limits: readonly ExplainedLimit[] }) {
  return (
    <Table
      caption="Limits of the rule"
      head={
        <>
          <th scope="col">Limit</th>
          <th scope="col">Figure</th>
          <th scope="col">Algorithm</th>
          <th scope="col" class="number">
            Used
          </th>
          <th scope="col" class="number">
            Left
          </th>
          <th scope="col">Anew in</th>
        </>
      }
    >
      {limits.map(({ limit, override, state }) => (
        <tr key={limit.name}>
          <th scope="row">
            {limit.name} {limit.shadowMode && <span class="quiet">only tried out</span>}
          </th>
          <td>
            {override === undefined
              ? count(limit.requests)
              : `${String(override.requests)} instead of ${count(limit.requests)}`}{' '}
            per {limit.unitMultiplier === 1 ? limit.unit : `${limit.unitMultiplier} ${limit.unit}s`}
          </td>
          <td>{limit.algorithm.kind.replaceAll('_', ' ')}</td>
          <td class="number">{count(state?.used)}</td>
          <td class="number">{count(state?.remaining)}</td>
          <td>{state === undefined || state.resetMs === 0 ? UNKNOWN : duration(state.resetMs)}</td>
        </tr>
      ))}
    </Table>
  );
}
