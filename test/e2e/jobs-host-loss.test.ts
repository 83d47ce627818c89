import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation, temporaryFolder } from '../support/installation.ts';
import { processesNaming } from '../support/processes.ts';
import { until } from '../support/until.ts';

const JOBS = 6;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(dataDir: string): Promise<{ up: Installation; client: Client }> {
  const up = await startInstallation({ dataDir, set: ['pool.workers=2', 'jobs.backoff=100ms'] });
  closing.push(() => up.stop());
  const client = newClient(up.url);
  closing.push(() => client.close());
  return { up, client };
}

it('every job that was accepted ends once, with real runs, also when the whole host is lost in the middle', async () => {
  const dataDir = await temporaryFolder();
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  const { up, client } = await start(dataDir);
  const key = await up.createKey('service-a', 'enterprise');
  const ids: string[] = [];
  for (let n = 0; n < JOBS; n += 1) {
    const body = { prompt: `stand-in: say before ${n}\nstand-in: delay 2s\nstand-in: say after ${n}` };
    const answer = await client.send('/claude/invoke', { key, body });
    expect(answer.status).toBe(202);
    ids.push(String(answer.json().jobId));
  }
  const stateOf = async (at: Client, jobId: string) =>
    (await at.send(`/claude/status/${jobId}`, { key })).json() as { state: string; attempts: number };
  await until(async () => (await stateOf(client, ids[0] ?? '')).state === 'running', 'a job runs', 30_000);

  // Everything of this installation at once, the supervisor first, so that nothing is started again.
  const gone = once(up.process, 'exit');
  up.process.kill('SIGKILL');
  for (const pid of processesNaming(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with its parent.
    }
  }
  await gone;
  await until(() => processesNaming(dataDir).length === 0, 'nothing of it runs');

  const { client: again } = await start(dataDir);
  const ended = async (jobId: string) => {
    for (const _ of [1, 2]) await again.send(`/claude/status/${jobId}?wait=45`, { key });
    return (await stateOf(again, jobId)).state;
  };
  expect(await Promise.all(ids.map(ended))).toEqual(ids.map(() => 'completed'));
  const attempts = await Promise.all(ids.map(async (jobId) => (await stateOf(again, jobId)).attempts));
  expect(Math.max(...attempts)).toBe(2);
  expect(Math.min(...attempts)).toBe(1);
  for (const [n, jobId] of ids.entries()) {
    const events = await again.send(`/claude/jobs/${jobId}/events`, { key });
    expect(events.text.match(/"state":"completed"/g)).toHaveLength(1);
    const result = (await again.send(`/claude/status/${jobId}`, { key })).json().result as { text: string };
    expect(result.text).toContain(`after ${n}`);
  }
}, 240_000);
