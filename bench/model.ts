/**
 * The model proxy: what it adds to a request of a worker, beside the same requests sent to the provider directly in the
 * same run. The provider is a fake one in the same process; a request has 25 KB, as Claude Code's first one has, and an
 * answer 200 pieces of text.
 *
 * Figures: directMsP50 and proxiedMsP50 (from the request to the answer's end), addedMsP50, cpuRatio (processor time of
 * everything, proxied to direct), addedCpuMs (for one request).
 */
import { Pool } from 'undici';
import {
  messageDelta,
  messageRequest,
  messageStart,
  startFakeProvider,
  writeEvents,
} from '../test/support/model-provider.ts';
import { openWorkerProxy } from '../test/support/worker-proxy.ts';
import type { Figures } from './run.ts';

const ROUNDS = 5;
const REQUESTS = 200;
const REQUEST_CHARACTERS = 25_000;
const PIECES = 200;

interface Round {
  msP50: number;
  cpuMs: number;
}

export async function run(): Promise<Figures> {
  const delta = { type: 'text_delta', text: 'word '.repeat(8) };
  const piece: { type: string } = { type: 'content_block_delta', ...{ index: 0, delta } };
  const pieces = Array.from({ length: PIECES }, () => piece);
  const provider = await startFakeProvider((request, response) => {
    request.resume();
    const [start, end] = [messageStart({ input_tokens: 5 }), messageDelta({ output_tokens: 100 })];
    writeEvents(response, start, ...pieces, end);
    response.end();
  });
  const proxy = await openWorkerProxy({
    model: { provider: 'anthropic', baseUrl: provider.url },
    attempt: { model: 'sonnet' },
  });
  const pool = new Pool(provider.url);
  const body = messageRequest({ model: 'claude-sonnet-5-5', system: 'x'.repeat(REQUEST_CHARACTERS) });
  const direct = async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await pool.request({ method: 'POST', path: '/v1/messages', headers, body });
    await answer.body.dump({ limit: Number.POSITIVE_INFINITY });
  };
  const proxied = async () => {
    const answer = await proxy.worker.send({ body });
    await answer.body.dump({ limit: Number.POSITIVE_INFINITY });
  };

  const rounds = { direct: [] as Round[], proxied: [] as Round[] };
  for (let count = 0; count <= ROUNDS; count += 1) {
    const [without, within] = [await measure(direct), await measure(proxied)];
    // The first round is for warming up.
    if (count === 0) continue;
    rounds.direct.push(without);
    rounds.proxied.push(within);
    process.stderr.write(
      `direct ${without.msP50.toFixed(2)} ms, ${without.cpuMs.toFixed(2)} ms CPU; proxied ${within.msP50.toFixed(2)} ms, ${within.cpuMs.toFixed(2)} ms CPU\n`,
    );
  }
  await pool.close();
  await proxy.close();
  await provider.close();

  const [without, within] = [medianOf(rounds.direct), medianOf(rounds.proxied)];
  return {
    directMsP50: round(without.msP50),
    proxiedMsP50: round(within.msP50),
    addedMsP50: round(within.msP50 - without.msP50),
    cpuRatio: round(within.cpuMs / without.cpuMs),
    addedCpuMs: round(within.cpuMs - without.cpuMs),
  };
}

async function measure(request: () => Promise<void>): Promise<Round> {
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let count = 0; count < REQUESTS; count += 1) {
    const startedMs = performance.now();
    await request();
    times.push(performance.now() - startedMs);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { msP50: median(times), cpuMs: (user + system) / 1_000 / REQUESTS };
}

function medianOf(rounds: Round[]): Round {
  return { msP50: median(rounds.map(({ msP50 }) => msP50)), cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)) };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
