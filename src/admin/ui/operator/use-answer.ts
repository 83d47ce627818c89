import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { CallProblem } from '../shared/problem.ts';
import { call } from './call.ts';

export interface Asked<Answer> {
  /** The last answer; kept while a newer one cannot be had. */
  answer: Answer | undefined;
  problem: CallProblem | undefined;
  isAsking: boolean;
  ask(): void;
}

/**
 * What a GET of the admin API answers: asked at once, whenever the path changes, and every so often where that is said.
 * @param path undefined asks nothing
 */
export function useAnswer<Answer>(path: string | undefined, everyMs?: number): Asked<Answer> {
  const [state, setState] = useState<Omit<Asked<Answer>, 'ask'> & { of: string | undefined }>({
    ...{ of: path, answer: undefined, problem: undefined, isAsking: path !== undefined },
  });
  const current = useRef<AbortController>(null);
  const ask = useCallback(() => {
    current.current?.abort();
    if (path === undefined) return;
    const controller = new AbortController();
    current.current = controller;
    setState((before) => ({
      ...before,
      isAsking: true,
      ...(before.of !== path && { answer: undefined, of: path }),
    }));
    call<Answer>(path, { signal: controller.signal }).then(
      (answer) => setState({ of: path, answer, problem: undefined, isAsking: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem =
          error instanceof CallProblem
            ? error
            : new CallProblem(0, 'unreadable', 'The answer could not be read.');
        setState((before) => ({ ...before, problem, isAsking: false }));
      },
    );
  }, [path]);
  useEffect(() => {
    ask();
    const timer = everyMs === undefined ? undefined : setInterval(ask, everyMs);
    return () => {
      clearInterval(timer);
      current.current?.abort();
    };
  }, [ask, everyMs]);
  const isOfPath = state.of === path;
  return { ...state, answer: isOfPath ? state.answer : undefined, ask };
}
