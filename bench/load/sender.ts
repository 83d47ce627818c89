/**
 * The process that sends the load of a benchmark, apart from the services, so that what it costs is not theirs. It takes
 * one SendJob after the other as a message and answers each with a SendResult.
 */
import { HOST } from '../service/pinned.ts';
import { openConnection, type PreparedCall, prepareCall } from './connection.ts';
import { readMessages } from './message-file.ts';
import { isPassed } from './passed.ts';
import { type LoadResult, runLoad } from './run-load.ts';

export interface SendJob {
  port: number;
  /** Such as `/package.Service/Method`. */
  method: string;
  /** As writeMessages writes it. Its messages are sent in their order, and again from the start. */
  file: string;
  /** Whether the eight zeros in a message are replaced by the call's number, so that no two are the same. */
  numbered: boolean;
  inFlight: number;
  /** Calls that are not measured, before the others. */
  warmUpCalls: number;
  calls: number;
}

export interface SendResult extends LoadResult {
  /** CPU time of this process per 100,000 calls. */
  cpuSecondsPer100k: number;
}

/** What `numbered` replaces. */
export const NUMBER = '00000000';

/** Envoy has one connection for each of its worker threads. */
const CONNECTIONS = 2;

if (import.meta.main) {
  process.on('message', (job: SendJob) => void send(job).then((result) => process.send?.(result)));
  process.on('disconnect', () => process.exit());
}

async function send(job: SendJob): Promise<SendResult> {
  const { calls, warmUpCalls, inFlight } = job;
  const next = callsOf(await readMessages(job.file), job);
  const connections = await Promise.all(
    Array.from({ length: Math.min(CONNECTIONS, inFlight) }, () =>
      openConnection({ host: HOST, port: job.port }),
    ),
  );
  const load = { connections, inFlight, prepared: next, isGood: isPassed };
  await runLoad({ ...load, calls: warmUpCalls });
  const before = process.cpuUsage();
  const result = await runLoad({ ...load, calls });
  const { user, system } = process.cpuUsage(before);
  for (const connection of connections) connection.close();
  return { ...result, cpuSecondsPer100k: ((user + system) / 1e6 / calls) * 1e5 };
}

function callsOf(messages: readonly Buffer[], { method, numbered }: SendJob): () => PreparedCall {
  const prepared = messages.map((message) => prepareCall(method, message));
  const numbers = numbered ? prepared.map(({ data }) => data.indexOf(NUMBER)) : [];
  let sent = 0;
  return () => {
    const at = sent % prepared.length;
    const call = prepared[at] as PreparedCall;
    sent += 1;
    if (numbered) call.data.write(String(sent).padStart(NUMBER.length, '0'), numbers[at] as number);
    return call;
  };
}
