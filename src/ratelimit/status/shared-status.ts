import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { type RulesReport, rulesReportSchema } from './report.ts';

/** The rules of all processes that limit and were heard of lately. */
export interface RulesStatusList {
  /** Those that refused the newest set first. */
  processes: readonly RulesReport[];
}

export interface SharedRulesStatus {
  /** Tells what holds from now on; told again before forgetAfterMs is over, or it is forgotten. */
  tell(report: RulesReport): Promise<void>;
  /** Takes back what a process told, because it ends. */
  forget(process: string): Promise<void>;
  list(): Promise<RulesStatusList>;
}

export interface SharedRulesStatusOptions {
  forgetAfterMs: number;
  maxProcesses: number;
}

/** Three times what a process waits before it tells again, and some. At most 64 MiB in all, and that only if each of them is at its bounds. */
const DEFAULTS: SharedRulesStatusOptions = { forgetAfterMs: 35_000, maxProcesses: 1_000 };

/** What the processes tell of their rules, in Redis and by its clock. @param options for tests */
export function createSharedRulesStatus(
  redis: Redis,
  { rulesStatus, rulesStatusExpiry }: Pick<RedisKeys, 'rulesStatus' | 'rulesStatusExpiry'>,
  { forgetAfterMs, maxProcesses } = DEFAULTS,
): SharedRulesStatus {
  const keys = [rulesStatus, rulesStatusExpiry];
  const tellScript = bindScript(redis, new URL('./tell-rules-status.lua', import.meta.url));
  const listScript = bindScript(redis, new URL('./list-rules-status.lua', import.meta.url));
  const write = async (process: string, json: string) =>
    void (await tellScript(keys, [process, json, forgetAfterMs, maxProcesses]));
  return {
    tell: (report) => write(report.process, JSON.stringify(report)),
    forget: (process) => write(process, ''),
    async list() {
      const told = (await listScript(keys, [])) as string[];
      return { processes: told.flatMap((json) => parse(json) ?? []).sort(refusedFirst) };
    },
  };
}

/** @returns undefined for what cannot be read: another version of Gatehouse may have written it */
function parse(json: string): RulesReport | undefined {
  if (json === '') return undefined;
  const parsed = rulesReportSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : undefined;
}

function refusedFirst(a: RulesReport, b: RulesReport): number {
  const rank = ({ refused, host, role, process }: RulesReport) =>
    `${refused ? 0 : 1} ${host} ${role} ${process}`;
  return rank(a) < rank(b) ? -1 : 1;
}
