import type { RlsClient } from '../../support/ratelimit.ts';
import type { Release } from './case.ts';

/** A rate limit service that the cases can be run against. */
export interface Implementation {
  name: 'gatehouse' | 'envoyproxy/ratelimit';
  /**
   * Makes it ready, such as by building it.
   * @returns why it cannot be run here
   */
  prepare(): Promise<string | undefined>;
  /** Which release of envoyproxy/ratelimit it is, or is like; known after prepare. */
  release(): Release;
  start(options: ServiceOptions): Promise<RunningService | 'refused'>;
}

export interface ServiceOptions {
  /** Rule files by name. */
  files: Readonly<Record<string, string>>;
  /** By envoyproxy/ratelimit's environment names. */
  settings?: Readonly<Record<string, string>>;
}

/** A running one, with a store of its own. */
export interface RunningService extends RlsClient {
  /** Of its HTTP interface, such as http://127.0.0.1:40000. */
  httpUrl: string;
  emptyStore(): Promise<void>;
  close(): Promise<void>;
}
