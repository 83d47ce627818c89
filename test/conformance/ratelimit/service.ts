import type { RlsClient } from '../../support/ratelimit.ts';
import type { TestRedis } from '../../support/redis.ts';
import type { Answer, Release } from './case.ts';

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
  /** What it answers where envoyproxy/ratelimit answers so, for differences that all cases have. */
  answerAs(answer: Answer): unknown;
  /** @returns 'refused' where the rule files are wrong */
  start(options: ServiceOptions): Promise<RunningService | 'refused'>;
}

export interface ServiceOptions {
  redis: TestRedis;
  /** Rule files by name. */
  files: Readonly<Record<string, string>>;
  /** By envoyproxy/ratelimit's environment names. */
  settings?: Readonly<Record<string, string>>;
}

export interface RunningService extends RlsClient {
  implementation: Implementation;
  redis: TestRedis;
  /** Of its HTTP interface, such as http://127.0.0.1:40000. */
  httpUrl: string;
  close(): Promise<void>;
}
