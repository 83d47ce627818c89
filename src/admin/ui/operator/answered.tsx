import type { ComponentChildren } from 'preact';
import { Trouble } from '../shared/page-parts.tsx';
import type { Asked } from './use-answer.ts';

/** What was asked for, or why it is not there; with an older answer both. */
export function Answered<Answer>({
  asked,
  children,
}: {
  asked: Asked<Answer>;
  children(answer: Answer): ComponentChildren;
}) {
  const { answer, problem, isAsking, ask } = asked;
  return (
    <>
      {problem && <Trouble message={problem.message} onRetry={ask} />}
      {answer !== undefined && children(answer)}
      {answer === undefined && !problem && (
        <p class="empty" role="status">
          {isAsking ? 'Loading …' : ''}
        </p>
      )}
    </>
  );
}
