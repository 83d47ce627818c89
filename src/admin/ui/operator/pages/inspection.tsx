import type { InspectionState } from '../../../contract.ts';
import { count } from '../../shared/format.ts';
import { Empty, PageTitle, Section, Table, Trouble } from '../../shared/page-parts.tsx';
import { Answered } from '../answered.tsx';
import { Findings } from '../findings.tsx';
import type { PageProps } from '../page-props.ts';
import { TryBox } from '../try-box.tsx';
import { useAnswer } from '../use-answer.ts';
import { VerdictMark } from '../verdict-mark.tsx';

const EVERY_MS = 10_000;

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
            <VerdictMark verdict={verdict} />
          </td>
          <td>{reasonClass.replaceAll('_', ' ')}</td>
          <td class="number">{count(prompts)}</td>
        </tr>
      ))}
    </Table>
  );
}
