import { loadDigest, type RecordLoad } from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import { compileRuleBook, type OwnRules, type RuleBook } from '../../inspect/index.ts';
import { describeProblem, followTexts, RulesError, type RuleTexts } from '../../rule-files/index.ts';
import type { Logger } from '../../telemetry/index.ts';

/** The rules in force. They change as a whole. */
export interface RulesInForce {
  /** One more for each set. */
  version: number;
  /** What the book is made of, for threads. */
  own: OwnRules;
  book: RuleBook;
}

/** What became of a set of rules that was read. */
export type RulesLoad = 'loaded' | 'refused';

export interface LiveInspectionRules {
  current(): RulesInForce;
  close(): void;
}

export interface LiveRulesOptions {
  config: Pick<Config['inspection'], 'rules' | 'allow'>;
  logger: Logger;
  /** Called after each set that was read from files. */
  onLoad(result: RulesLoad): void;
  /** Told of what comes into force, also of what ships alone. */
  recordLoad?: RecordLoad | undefined;
  /** How soon changes of the files are seen, if not as a service sees them. */
  watch?: Parameters<typeof followTexts>[0]['watch'];
}

/** A log line tells so many problems; the rest is counted. */
const MAX_TOLD = 5;

/**
 * Puts what ships and the configuration's own rules and phrases into force, and again whenever the files hold something
 * else. A set with a mistake changes nothing.
 * @throws RulesError where the first set has one
 */
export async function startInspectionRules(options: LiveRulesOptions): Promise<LiveInspectionRules> {
  const { config, logger, onLoad, recordLoad, watch } = options;
  const { allow } = config;
  let inForce: RulesInForce | undefined;
  let refused: RulesError | undefined;

  const take = ({ texts, problems }: RuleTexts) => {
    const own = { texts, allow };
    try {
      const book = compileRuleBook(own, problems);
      inForce = { version: (inForce?.version ?? 0) + 1, own, book };
      const target = texts.map(({ file }) => file).join(' ') || 'what ships';
      const details = { files: texts.length, phrases: allow.length };
      recordLoad?.({ action: 'inspection_rules.load', target, digest: loadDigest(own), details });
      if (texts.length === 0) return;
      onLoad('loaded');
      logger.info(
        { code: 'inspection_rules_loaded', count: texts.length },
        'the inspection rules are in force',
      );
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      refused = error;
      // Without any in force there is no start, and the error says it.
      if (inForce === undefined) return;
      onLoad('refused');
      logger.error(
        { code: 'inspection_rules_refused', ...told(error) },
        'the inspection rules cannot be used; those in force stay',
      );
    }
  };

  const following = await followTexts({
    paths: config.rules,
    onTexts: take,
    onError: (error) =>
      logger.error({ code: 'internal_error', err: error }, 'changed inspection rules cannot be read'),
    watch,
  });
  if (inForce === undefined) {
    following.close();
    throw refused ?? new Error('no inspection rules were read');
  }
  return { current: () => inForce as RulesInForce, close: () => following.close() };
}

function told({ problems }: RulesError): { count: number; reason: string } {
  return { count: problems.length, reason: problems.slice(0, MAX_TOLD).map(describeProblem).join('; ') };
}
