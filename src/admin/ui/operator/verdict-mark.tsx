import type { Verdict } from '../../contract.ts';
import { StateMark } from '../shared/state-mark.tsx';

const TONES = { allow: 'good', flag: 'warn', reject: 'bad' } as const;
const WORDS = { allow: 'allowed', flag: 'flagged', reject: 'rejected' };

/** What inspection has said of a prompt. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return <StateMark tone={TONES[verdict]}>{WORDS[verdict]}</StateMark>;
}
