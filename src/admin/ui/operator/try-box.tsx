import { useId, useState } from 'preact/hooks';
import type { InspectionState, TriedText, TryText } from '../../contract.ts';
import { Table } from '../shared/page-parts.tsx';
import { call } from './call.ts';
import { piecesOf } from './tried-pieces.ts';
import { useSending } from './use-sending.ts';
import { VerdictMark } from './verdict-mark.tsx';

/** Says what inspection would make of a text. */
export function TryBox({ routes, tiers }: Pick<InspectionState, 'routes' | 'tiers'>) {
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
        <VerdictMark verdict={verdict} /> with a score of {score.toFixed(2)} by the policy {policy.name}
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
