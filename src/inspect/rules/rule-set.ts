import { NO_MATCH, UNTOLD } from '../automaton/dfa.ts';
import type { Span } from '../detect.ts';
import { isQuoted } from '../model/quotation.ts';
import { UnitBuffer } from '../text/unit-buffer.ts';
import { unlimitedWork, type Work } from '../work.ts';
import { Blocks } from './blocks.ts';
import { Fences } from './fence.ts';
import { foldText } from './fold.ts';
import { LiteralScanner } from './literal-scanner.ts';
import { openPattern, type Pattern } from './pattern.ts';
import type { Rule } from './rule.ts';

/** A match of a rule in a text: the first, or the first that is no citation where others are. */
export interface RuleMatch {
  rule: Rule;
  /** What it says there. */
  weight: number;
  /**
   * The longest of the matches that start first. Found when it is asked for, as most are not.
   * @param work from which that is taken; where it does not suffice, it is about there
   */
  locate(work?: Work): Span;
}

/** Rules that are looked for together. */
export interface RuleSet {
  rules: readonly Rule[];
  /**
   * A match of each rule that has one in a text, in the order of the rules. White space aside, a match of up to 200
   * characters is found. Linear in the text's length.
   * @param work from which all is taken; where it is exhausted, what was not looked at yet is not looked at
   * @param done rules that are not looked for
   */
  match(text: string, work?: Work, done?: ReadonlySet<Rule>): RuleMatch[];
}

const NEVER = -2;
const MIN_HITS = 512;
/** What it costs to note that a literal stands in a text. */
const HIT_STEPS = 30;
/** What it costs to tell whether a match is a citation. */
const CITATION_STEPS = 150;
/** So far after where a match may end is looked for a longer one. */
const MAX_TAIL = 400;

/** A rule ready to be looked for, and where in the current text it may match. */
interface Candidate {
  rule: Rule;
  pattern: Pattern;
  /** For each required list the numbers of its literals. */
  required: readonly (readonly number[])[];
  /** First and last block of each stretch of the text, one after the other, none of which touch. */
  stretches: number[];
}

/** @param rules nothing is wrong with their patterns: parseRules checks them */
export function compileRuleSet(rules: readonly Rule[]): RuleSet {
  const literals = new Map<string, number>();
  const numberOf = (literal: string) => {
    const folded = foldText(literal);
    const known = literals.get(folded) ?? literals.size;
    literals.set(folded, known);
    return known;
  };
  const candidates = rules.map((rule): Candidate => {
    const pattern = openPattern(rule.pattern);
    const required = pattern.required.map((list) => list.map(numberOf));
    return { rule, pattern, required, stretches: [] };
  });
  const byLiteral: Candidate[][] = Array.from(literals, () => []);
  for (const candidate of candidates) {
    for (const literal of new Set(candidate.required.flat())) byLiteral[literal]?.push(candidate);
  }
  const scanner = new LiteralScanner([...literals.keys()]);
  /** Of each literal: the last block in which it ended, while a text is looked at. */
  const lastSeen = new Int32Array(literals.size);
  /** Of the current text: each literal that was found, and where it ends. */
  let hits = new Int32Array(MIN_HITS);

  const units = new UnitBuffer();

  /** Notes the stretches of a text in which rules may match. @returns its blocks; undefined where no rule may match */
  function scan(work: Work): Blocks | undefined {
    let count = 0;
    lastSeen.fill(NEVER);
    scanner.scan(units, (literal, end) => {
      lastSeen[literal] = 0;
      if (2 * count === hits.length) hits = grown(hits);
      hits[2 * count] = literal;
      hits[2 * count + 1] = end;
      count += 1;
    });
    work.spend(HIT_STEPS * count);
    if (count === 0 || !candidates.some(({ required }) => isMet(required, 0))) return undefined;
    lastSeen.fill(NEVER);
    const blocks = new Blocks(units);
    for (let hit = 0; hit < count; hit += 1) {
      const literal = hits[2 * hit] as number;
      const block = blocks.blockOf((hits[2 * hit + 1] as number) - 1);
      if (lastSeen[literal] === block) continue;
      lastSeen[literal] = block;
      for (const { required, stretches } of byLiteral[literal] as Candidate[]) {
        if (isMet(required, block - 1)) addStretch(stretches, Math.max(block - 1, 0), block + 1);
      }
    }
    return blocks;
  }

  /** Whether of each list a literal ended in a block or a later one. */
  function isMet(required: Candidate['required'], block: number): boolean {
    return required.every((list) => list.some((literal) => (lastSeen[literal] as number) >= block));
  }

  /** The first match that is no citation; where there is none, the first. */
  function weightiest({ rule, pattern, stretches }: Candidate, text: MatchedText): RuleMatch | undefined {
    const { search } = pattern.automata();
    let cited: RuleMatch | undefined;
    for (let at = 0; at < stretches.length; at += 2) {
      const last = text.blocks.endOf(stretches[at + 1] as number);
      for (let from = text.blocks.startOf(stretches[at] as number); from < last; ) {
        const end = search.firstEnd(units, from, last, text.work);
        if (end === UNTOLD) return cited;
        if (end === NO_MATCH) break;
        const located = { from: search.earliestStart, end, last };
        if (!isCited(text, end - 1)) return matchOf(rule, rule.weight, text, pattern, located);
        cited ??= matchOf(rule, rule.quotedWeight, text, pattern, located);
        if (!text.work.take(CITATION_STEPS)) return cited;
        from = end;
      }
    }
    return cited;
  }

  function matchOf(
    rule: Rule,
    weight: number,
    { text }: MatchedText,
    pattern: Pattern,
    located: Located,
  ): RuleMatch {
    return {
      rule,
      weight,
      locate: (work = unlimitedWork()) => withoutLead(text, longestSpan(text, pattern, located, work)),
    };
  }

  /** The longest match of those that start first, before or where another ends. */
  function longestSpan(text: string, { automata }: Pattern, { from, end, last }: Located, work: Work): Span {
    const { anchored } = automata();
    // The characters before and after it say whether a word or a line starts or ends there.
    const base = Math.max(from - 1, 0);
    const to = Math.min(last, end + MAX_TAIL);
    units.write(text.slice(base, to + 1));
    for (let start = from; start < end; start += 1) {
      const longest = anchored.longestEnd(units, start - base, to - base, work);
      if (longest === UNTOLD) break;
      if (longest !== NO_MATCH) return { start, end: longest + base };
    }
    return { start: from, end };
  }

  return {
    rules,
    match(text, work = unlimitedWork(), done) {
      units.write(text);
      const blocks = scan(work);
      if (blocks === undefined) return [];
      const matched: MatchedText = { text, blocks, work };
      const matches: RuleMatch[] = [];
      for (const candidate of candidates) {
        if (candidate.stretches.length === 0) continue;
        const match = done?.has(candidate.rule) ? undefined : weightiest(candidate, matched);
        candidate.stretches.length = 0;
        if (match !== undefined) matches.push(match);
      }
      return matches;
    },
  };
}

/** A text in which rules are looked for. */
interface MatchedText {
  text: string;
  blocks: Blocks;
  work: Work;
  /** Found when they are first asked for. */
  fences?: Fences;
}

/** What is known of a match: where it starts at the earliest and ends at the latest, and where it may end. */
interface Located {
  from: number;
  end: number;
  last: number;
}

/** Whether a place lies within quotes or a fenced block. A match's end says it: one may begin with the quote itself. */
function isCited(matched: MatchedText, position: number): boolean {
  if (isQuoted(matched.text, position)) return true;
  matched.fences ??= new Fences(matched.text);
  return matched.fences.contains(position);
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** Without the white space and the end of a sentence that a pattern may begin with, to see where a command begins. */
function withoutLead(text: string, { start, end }: Span): Span {
  const [lead = ''] = /^[\s.!?:;,>]*/.exec(text.slice(start, end)) ?? [];
  return lead.length < end - start ? { start: start + lead.length, end } : { start, end };
}

/** Adds blocks, as a part of the last stretch where they touch it. */
function addStretch(stretches: number[], from: number, to: number): void {
  const last = stretches.length - 1;
  if (last >= 0 && from <= (stretches[last] as number) + 1) stretches[last] = to;
  else stretches.push(from, to);
}
