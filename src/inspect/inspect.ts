import { createDetector, type Detector, type Reading, worstOf } from './detect.ts';
import { readModel } from './model/model.ts';
import { subjectOf } from './model/subject.ts';
import type { Rule } from './rules/rule.ts';
import { compileRuleBook, type RuleBook } from './rules/rule-book.ts';
import type { RuleMatch, RuleSet } from './rules/rule-set.ts';
import type { Preset } from './rules/shipped-rules.ts';
import type { ReasonClass, Thresholds, Verdict } from './verdict.ts';
import { Work, workFor } from './work.ts';

/** Why a text is not simply let through, and where. */
export interface Reason {
  /** Name of the rule that matched, or what the passage that the model found is about. */
  rule: string;
  reasonClass: ReasonClass;
  /** What found it. */
  by: 'rule' | 'model' | 'limit';
  /** The score that this alone gives. */
  weight: number;
  /** From the first UTF-16 unit to after the last one; where it is disguised, of what holds it. */
  position: number;
  end: number;
  /** How it is hidden, the outermost disguise first. */
  disguises: Reading['disguises'];
}

export interface Inspection {
  decision: Verdict;
  /** 0 (harmless) to 1 (certainly an attack). */
  score: number;
  /** One for each rule and one for the model, in the text's order; none for a text that is allowed. */
  reasons: Reason[];
}

export interface InspectOptions {
  preset?: Preset;
  thresholds?: Thresholds;
  /** Instead of the rules that ship. */
  rules?: RuleBook;
}

/** What the model is calibrated to; docs/prompt-inspection.md has what they mean in attacks found and false alarms. */
const DEFAULT_THRESHOLDS: Thresholds = { flag: 0.5, reject: 0.9 };

/** To tell where exactly the matches of rules are; beyond it, about where. */
const LOCATING_STEPS = 100_000;

const SHIPPED = compileRuleBook({ texts: [], allow: [] });

let detector: Detector | undefined;

/** Reads the model, once in a process: some 25 ms and 30 MB, which a process that inspects nothing is spared. */
function detect(...given: Parameters<Detector>): ReturnType<Detector> {
  detector ??= createDetector(readModel(new URL('./model/model.json', import.meta.url)));
  return detector(...given);
}

/** Has the model read now, so that the first text does not wait for it. */
export function prepareInspection(): void {
  detect('');
}

/**
 * Looks for prompt injection in a text. Pure, and linear in the text's length: one that is dearer to read than any that
 * people write, by what it hides or nearly matches, is read in part and flagged.
 */
export function inspect(text: string, options: InspectOptions = {}): Inspection {
  const { preset = 'default', thresholds = DEFAULT_THRESHOLDS, rules = SHIPPED } = options;
  const judged = rules.allowed.blank(text);
  const set = rules.sets[preset];
  const work = workFor(judged);
  const locating = new Work(LOCATING_STEPS);
  if (preset === 'guide') {
    const findings = set.match(judged, work).map((match) => ruleFinding(match, AS_WRITTEN, locating));
    return conclude(findings, thresholds, { isUnread: work.isExhausted });
  }
  const ruleFindings = new RuleFindings(set, work, locating);
  const model = modelFinding(worstOf(detect(judged, work, (reading) => ruleFindings.lookIn(reading))));
  const byRules = ruleFindings.all;
  const isUnread = work.isExhausted;
  // A rule that matched says what it is about; what the model thinks of it is told where that counts by itself.
  const isTold = byRules.length === 0 || model.weight >= thresholds.flag;
  return isTold
    ? conclude([...byRules, model], thresholds, { isUnread })
    : conclude(byRules, thresholds, { untold: model.weight, isUnread });
}

/** What speaks against a text. To say where it stands takes time linear in the text's length, so only what is told is asked. */
interface Finding {
  /** The score that this alone gives. */
  weight: number;
  reason(): Reason;
}

/**
 * @param untold the score of what is not among the findings
 * @param isUnread whether the text is too dear to be read to its end: it is flagged at least, and rejected where anything else
 *   speaks against it
 */
function conclude(
  findings: readonly Finding[],
  thresholds: Thresholds,
  { untold = 0, isUnread = false }: { untold?: number; isUnread?: boolean },
): Inspection {
  const all = isUnread ? [...findings, UNREAD] : findings;
  const found = 1 - all.reduce((harmless, { weight }) => harmless * (1 - weight), 1 - untold);
  const score = isUnread ? Math.max(found, Math.min(thresholds.flag, 1)) : found;
  if (score < thresholds.flag) return { decision: 'allow', score, reasons: [] };
  return {
    decision: score >= thresholds.reject ? 'reject' : 'flag',
    score,
    reasons: all.map((finding) => finding.reason()).sort((a, b) => a.position - b.position),
  };
}

const UNREAD_WEIGHT = 0.8;

/** Of a text that is too dear to be read to its end. */
const UNREAD: Finding = {
  weight: UNREAD_WEIGHT,
  reason: () => ({
    rule: 'not-read-to-its-end',
    reasonClass: 'suspicious',
    by: 'limit',
    weight: UNREAD_WEIGHT,
    position: 0,
    end: 0,
    disguises: [],
  }),
};

/** What rules find in the readings of a text: for each where it weighs most, of equal ones the first. */
class RuleFindings {
  readonly #set: RuleSet;
  readonly #work: Work;
  readonly #locating: Work;
  readonly #byName = new Map<string, Finding>();
  readonly #done = new Set<Rule>();

  constructor(set: RuleSet, work: Work, locating: Work) {
    this.#set = set;
    this.#work = work;
    this.#locating = locating;
  }

  get all(): Finding[] {
    return [...this.#byName.values()];
  }

  lookIn(reading: Reading): void {
    for (const match of this.#set.match(reading.text, this.#work, this.#done)) {
      const { name, weight, quotedWeight } = match.rule;
      const known = this.#byName.get(name);
      if (match.weight >= Math.max(weight, quotedWeight)) this.#done.add(match.rule);
      if (match.weight === 0 || (known !== undefined && known.weight >= match.weight)) continue;
      this.#byName.set(name, ruleFinding(match, reading, this.#locating));
    }
  }
}

/** Of a text that is not read in any other way. */
const AS_WRITTEN: Pick<Reading, 'disguises' | 'origin'> = { disguises: [], origin: (span) => span };

function ruleFinding(
  { rule, weight, locate }: RuleMatch,
  { origin, disguises }: Pick<Reading, 'disguises' | 'origin'>,
  locating: Work,
): Finding {
  return {
    weight,
    reason() {
      const { start, end } = origin(locate(locating));
      return {
        rule: rule.name,
        reasonClass: rule.reasonClass,
        by: 'rule',
        weight,
        position: start,
        end,
        disguises,
      };
    },
  };
}

function modelFinding({ logit, classes, passage, origin, disguises }: Reading): Finding {
  const weight = 1 / (1 + Math.exp(-logit));
  return {
    weight,
    reason() {
      const subject = subjectOf(classes);
      const { start, end } = origin(passage);
      return { rule: subject, reasonClass: subject, by: 'model', weight, position: start, end, disguises };
    },
  };
}
