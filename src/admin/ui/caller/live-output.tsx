import { useEffect, useState } from 'preact/hooks';
import type { JobEntry } from '../../contract.ts';
import { Output } from '../shared/output.tsx';
import { Trouble } from '../shared/page-parts.tsx';
import type { Caller } from './caller.ts';
import { followJob } from './follow-job.ts';
import type { CallerJob } from './job.ts';

/** What a job writes, while it writes it. */
export function LiveOutput({ caller, job, onEnd }: { caller: Caller; job: CallerJob; onEnd(): void }) {
  const [entries, setEntries] = useState<readonly JobEntry[]>([]);
  const [isLive, setIsLive] = useState<boolean>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const leaving = new AbortController();
    const listener = {
      entry(entry: JobEntry) {
        setEntries((before) => [...before, entry]);
        if (entry.type === 'status') onEnd();
      },
      live: setIsLive,
      ended(why: Error | undefined) {
        setIsLive(undefined);
        setProblem(why?.message ?? '');
      },
    };
    followJob(caller, job.jobId, listener, leaving.signal);
    return () => leaving.abort();
  }, [caller, job.jobId]);
  return (
    <>
      {problem !== '' && <Trouble message={problem} />}
      <Output entries={entries} isLive={isLive} />
    </>
  );
}
