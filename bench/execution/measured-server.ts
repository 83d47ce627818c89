import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { ASSERTION_HEADER, contextSha256, createAssertionSigner } from '../../src/authz/index.ts';
import type { PoolStats } from '../../src/pool/index.ts';
import { type CpuAccount, openCpuAccount } from './cpu-account.ts';
import type { Order, Report } from './server.ts';

/** One request's times, in milliseconds since the epoch. */
export interface Timing {
  sentMs: number;
  firstTextMs: number;
  endMs: number;
}

/** A server that is measured: naive or Gatehouse, in a process and a cgroup of its own. */
export class MeasuredServer {
  readonly #child: ChildProcess;
  readonly #cpu: CpuAccount;
  readonly #agent = new Agent({ connections: 64 });
  #url = '';
  #sign: ReturnType<typeof createAssertionSigner> | undefined;

  private constructor(child: ChildProcess, cpu: CpuAccount) {
    this.#child = child;
    this.#cpu = cpu;
  }

  static async start(
    kind: 'naive' | 'gatehouse',
    modelUrl: string,
    set: string[] = [],
  ): Promise<MeasuredServer> {
    const child = fork(fileURLToPath(new URL(`./${kind}-server.ts`, import.meta.url)));
    const cpu = openCpuAccount(`${kind}-${child.pid}`);
    cpu.join(child.pid as number);
    const server = new MeasuredServer(child, cpu);
    const report = await server.#order({ type: 'start', modelUrl, set });
    if (report.type !== 'listening') throw new Error(report.type);
    server.#url = `http://127.0.0.1:${report.port}`;
    if (report.key !== undefined) {
      const key = Buffer.from(report.key, 'base64');
      server.#sign = createAssertionSigner({ key, ttlMs: 30_000, now: Date.now });
    }
    return server;
  }

  cpuSeconds(): number | null {
    return this.#cpu.seconds();
  }

  async stats(): Promise<PoolStats> {
    const report = await this.#order({ type: 'stats' });
    if (report.type !== 'stats') throw new Error(report.type);
    return report.stats;
  }

  /** Waits until so many workers wait for a job and none runs one. */
  async settled(waiting: number): Promise<void> {
    while (true) {
      const stats = await this.stats();
      if (stats.running === 0 && stats.waiting >= waiting) return;
      await delay(20);
    }
  }

  /** Sends a prompt and reads the stream to its end. */
  async stream(prompt: string): Promise<Timing> {
    const path = '/claude/stream';
    const body = JSON.stringify({ prompt });
    const headers = { 'content-type': 'application/json', ...this.#asserted(path, body) };
    const sentMs = Date.now();
    const answer = await request(this.#url + path, {
      method: 'POST',
      headers,
      body,
      dispatcher: this.#agent,
    });
    let firstTextMs: number | undefined;
    let text = '';
    for await (const chunk of answer.body) {
      text += String(chunk);
      if (firstTextMs === undefined && text.includes('event: text')) firstTextMs = Date.now();
    }
    if (answer.statusCode !== 200 || firstTextMs === undefined)
      throw new Error(`${answer.statusCode} ${text}`);
    return { sentMs, firstTextMs, endMs: Date.now() };
  }

  /** Has a worker run a prompt with nothing before it. @returns when it was written, in milliseconds since the epoch */
  async runAlone(prompt: string): Promise<number> {
    const report = await this.#order({ type: 'alone', prompt });
    if (report.type !== 'wrote') throw new Error(report.type);
    return report.atMs;
  }

  async stop(): Promise<void> {
    await this.#order({ type: 'stop' });
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    await this.#agent.close();
    this.#cpu.close();
  }

  #asserted(path: string, body: string): Record<string, string> {
    if (this.#sign === undefined) return {};
    const identity = {
      client: 'bench',
      tenant: 'bench',
      tier: 'enterprise',
      keyId: 'key_1',
      authMethod: 'api_key' as const,
    };
    const bodySha256 = createHash('sha256').update(body).digest('base64url');
    const about = { method: 'POST', path, bodySha256, contextSha256: contextSha256(undefined, undefined) };
    return { [ASSERTION_HEADER]: this.#sign(identity, about) };
  }

  async #order(order: Order): Promise<Report> {
    this.#child.send(order);
    const [report] = (await once(this.#child, 'message')) as [Report];
    return report;
  }
}
