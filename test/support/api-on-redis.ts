import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from './api.ts';
import { startTestJobs, type TestJobs } from './jobs.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

/** The real API on the real store, with what it takes to play the worker. */
export interface ApiOnRedis {
  api: TestApi;
  jobs: TestJobs;
  redis: TestRedis;
  /** Submits a prompt as the usual caller, and says the job's id. */
  invoke(prompt?: string): Promise<string>;
  close(): Promise<void>;
}

/** @param set configuration, as `a.b=value` */
export async function startApiOnRedis(...set: string[]): Promise<ApiOnRedis> {
  const redis = await startTestRedis({ appendOnly: false });
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-artifacts-'));
  const settings = [
    `jobs.artifacts.folder=${join(folder, 'artifacts')}`,
    `jobs.sessions.folder=${join(folder, 'sessions')}`,
    ...set,
  ];
  const jobs = await startTestJobs(redis, ...settings);
  const api = startTestApi(jobs.store, ...settings);
  return {
    api,
    jobs,
    redis,
    async invoke(prompt = 'hello') {
      const answer = await api.call('/claude/invoke', { method: 'POST', body: { prompt } });
      return String(answer.json().jobId);
    },
    async close() {
      await api.app.close();
      await jobs.close();
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
