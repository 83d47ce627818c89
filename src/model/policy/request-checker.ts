import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Route } from '../proxy/routes.ts';
import { type Checked, checkRequest, type Requester, type RequestPolicy } from './check-request.ts';

/** Checks requests: small ones at once, large ones on a thread of their own. */
export interface RequestChecker {
  /**
   * @param bytes of a large request are moved to the thread and cannot be read here afterwards
   * @throws what the thread broke down over
   */
  check(bytes: Uint8Array, route: Route, requester: Requester): Checked | Promise<Checked>;
  close(): Promise<void>;
}

/** What the thread gets to do. */
export interface CheckingTask {
  bytes: Uint8Array;
  route: Route;
  requester: Requester;
}

type RunOptions = NonNullable<Parameters<Piscina['run']>[1]>;

/** 1 MiB takes 3 ms; 32 MiB of the worst kind take 0.4 s, in which every other job of the process would stand still. */
const INLINE_BYTES = 2 ** 20;
/** A conversation that has grown so large goes on for a while. */
const IDLE_MS = 60_000;

/** Starts no thread before the first large request. */
export function createRequestChecker(policy: RequestPolicy): RequestChecker {
  const thread = new URL(`./request-checker-thread${extname(import.meta.filename)}`, import.meta.url);
  let pool: Piscina<CheckingTask, Checked> | undefined;

  function open(): Piscina<CheckingTask, Checked> {
    return new Piscina<CheckingTask, Checked>({
      filename: thread.href,
      workerData: policy,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      // It needs none of the secrets that are in the environment.
      env: {},
    });
  }

  return {
    check(bytes, route, requester) {
      if (bytes.byteLength <= INLINE_BYTES) return checkRequest(bytes, route, requester, policy);
      pool ??= open();
      const { model, tier, maxTokens, permissions } = requester;
      const task = { bytes, route, requester: { model, tier, maxTokens, permissions } };
      return pool.run(task, moving(bytes.buffer as ArrayBuffer));
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/** Piscina types the list as that of structuredClone() and reads it as that of postMessage(). */
function moving(buffer: ArrayBuffer): RunOptions {
  return { transferList: [buffer] as RunOptions['transferList'] & Iterable<ArrayBuffer> };
}
