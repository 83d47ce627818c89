import { useCallback, useEffect, useState } from 'preact/hooks';
import { CallProblem } from '../shared/problem.ts';
import type { Caller } from './caller.ts';
import { type CallerJob, type CallerJobs, hasEnded } from './job.ts';

export interface ListedJobs {
  jobs: readonly CallerJob[] | undefined;
  problem: CallProblem | undefined;
  ask(): void;
}

const LIMIT = 50;
/** Each look counts against the caller's limit for reading; that of the smallest tier is 100 a minute. */
const BUSY_MS = 3_000;
const IDLE_MS = 15_000;

/** The caller's newest jobs, asked for again and again while somebody looks. @param onRefused the credential is no longer taken */
export function useJobs(caller: Caller, onRefused: () => void): ListedJobs {
  const [jobs, setJobs] = useState<readonly CallerJob[]>();
  const [problem, setProblem] = useState<CallProblem>();
  const ask = useCallback(async () => {
    try {
      const answer = await caller.send(`/claude/jobs?limit=${LIMIT}`);
      setJobs(((await answer.json()) as CallerJobs).jobs);
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error;
      if (error.status === 401) return onRefused();
      setProblem(error);
    }
  }, [caller]);
  const isBusy = jobs?.some((job) => !hasEnded(job)) ?? true;
  useEffect(() => {
    ask();
    const look = () => {
      if (!document.hidden) ask();
    };
    const timer = setInterval(look, isBusy ? BUSY_MS : IDLE_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [ask, isBusy]);
  return { jobs, problem, ask };
}
