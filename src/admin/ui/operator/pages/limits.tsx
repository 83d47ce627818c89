import type { Consumers, Offenders, Overrides, RulesStatus, RuleTree } from '../../../contract.ts';
import { PageTitle, Section } from '../../shared/page-parts.tsx';
import { Answered } from '../answered.tsx';
import { ExplainBox } from '../explain-box.tsx';
import { OverridesTable } from '../overrides-table.tsx';
import { RefusedConsumers } from '../refused-consumers.tsx';
import { RefusedDescriptors } from '../refused-descriptors.tsx';
import { RuleProcesses } from '../rule-processes.tsx';
import { RuleTreeList } from '../rule-tree.tsx';
import { useAnswer } from '../use-answer.ts';

const EVERY_MS = 10_000;

/** Which limits there are, whom they refuse, and whether every process has the newest of them. */
export function LimitsPage() {
  const rules = useAnswer<RuleTree>('/api/limits/rules', EVERY_MS);
  const offenders = useAnswer<Offenders>('/api/limits/offenders?limit=20', EVERY_MS);
  const consumers = useAnswer<Consumers>('/api/limits/consumers?limit=20', EVERY_MS);
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
      <Section title="Clients that are refused most, in the last hour">
        <Answered asked={consumers}>{(answer) => <RefusedConsumers answer={answer} />}</Answered>
      </Section>
      <Section title="Descriptors that are refused most, in the last hour">
        <Answered asked={offenders}>{(answer) => <RefusedDescriptors answer={answer} />}</Answered>
      </Section>
      <Section title="Changed figures">
        <Answered asked={overrides}>
          {(answer) => <OverridesTable overrides={answer.overrides} onChange={overrides.ask} />}
        </Answered>
      </Section>
      <Section title="Rules">
        <Answered asked={rules}>{(answer) => <RuleTreeList tree={answer} />}</Answered>
      </Section>
      <Section title="Processes and their rules">
        <Answered asked={status}>{(answer) => <RuleProcesses status={answer} />}</Answered>
      </Section>
    </>
  );
}
