import type { Logger } from '../telemetry/index.ts';
import type { LimitsClient } from './limits-client.ts';

export interface TokenSpender {
  tenant: string;
  tier: string;
}

/** Charges tenants for the tokens that their jobs use. */
export interface TokenBudget {
  /** Never waits and never throws: what Redis does not take now is charged later. */
  charge(spender: TokenSpender, tokens: number): void;
  /** Charges what is left, as far as Redis takes it. */
  close(): Promise<void>;
}

const RETRY_EVERY_MS = 1_000;
/** Tenants with tokens still to be charged; beyond them the oldest is let off. */
const MAX_WAITING = 10_000;

/** @param retryEveryMs for tests */
export function createTokenBudget(
  limits: Pick<LimitsClient, 'ask'>,
  logger: Logger,
  retryEveryMs = RETRY_EVERY_MS,
): TokenBudget {
  /** JSON of a spender's tier and tenant -> tokens. */
  let waiting = new Map<string, number>();
  let charging: Promise<void> | undefined;

  const add = (spender: string, tokens: number) => {
    waiting.set(spender, (waiting.get(spender) ?? 0) + tokens);
    if (waiting.size <= MAX_WAITING) return;
    const [oldest] = waiting.keys();
    if (oldest !== undefined) waiting.delete(oldest);
    logger.warn({ code: 'tokens_not_charged' }, 'too many tenants have tokens to be charged');
  };
  const chargeAll = async () => {
    const due = waiting;
    waiting = new Map();
    for (const [spender, tokens] of due) {
      const [tier = '', tenant = ''] = JSON.parse(spender) as string[];
      const entries = Object.entries({ budget: 'tokens', tier, tenant }).map(([key, value]) => ({
        key,
        value,
      }));
      // Charged or refused: the rule consumes in either case.
      await limits.ask(entries, tokens, 'tokens').catch(() => add(spender, tokens));
    }
  };
  const start = (): Promise<void> => {
    charging ??= chargeAll().finally(() => {
      charging = undefined;
    });
    return charging;
  };
  const retry = setInterval(() => {
    if (waiting.size > 0) void start();
  }, retryEveryMs);

  return {
    charge({ tenant, tier }, tokens) {
      if (tokens <= 0) return;
      add(JSON.stringify([tier, tenant]), tokens);
      void start();
    },
    async close() {
      clearInterval(retry);
      await charging;
      if (waiting.size > 0) await start();
    },
  };
}
