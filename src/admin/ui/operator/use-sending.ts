import { useState } from 'preact/hooks';
import { messageOf } from '../shared/problem.ts';

/** The sending of a form: whether it is under way, and what went wrong. */
export interface Sending {
  problem: string;
  isSending: boolean;
  send(act: () => Promise<unknown>): void;
}

export function useSending(): Sending {
  const [problem, setProblem] = useState('');
  const [isSending, setIsSending] = useState(false);
  return {
    problem,
    isSending,
    send(act) {
      setProblem('');
      setIsSending(true);
      act()
        .catch((error: unknown) => setProblem(messageOf(error)))
        .finally(() => setIsSending(false));
    },
  };
}
