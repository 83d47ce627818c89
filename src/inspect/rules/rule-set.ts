import type { RE2JS } from 're2js';
import type { Span } from '../detect.ts';
import { isQuoted } from '../model/quotation.ts';
import { Blocks } from './blocks.ts';
import { isFenced } from './fence.ts';
import { foldAccents, foldText } from './fold.ts';
import { LiteralScanner } from './literal-scanner.ts';
import { openPattern, type Pattern } from './pattern.ts';
import type { Rule } from './rule.ts';

/** A match of a rule in a text: the first, or the first that is no citation where others are. */
export interface RuleMatch {
  rule: Rule;
  span: Span;
  /** What it says there. */
  weight: number;
}

/** Rules that are looked for together. */
export interface RuleSet {
  rules: readonly Rule[];
  /**
   * A match of each rule that has one in a text, in the order of the rules. White space aside, a match of up to 200
   * characters is found. Linear in the text's length.
   * @param done rules that are not looked for
   */
  match(text: string, done?: ReadonlySet<Rule>): RuleMatch[];
}

const NEVER = -2;
const MIN_HITS = 512;
/** Citations of what a rule finds that are passed over to see whether it stands there in earnest, too. */
const MAX_CITATIONS = 32;
/** Blocks that are searched at once. */
const MAX_STRETCH = 3;
/** Stretches that are looked at together, to see whether there is anything. */
const MAX_RUN = 16;

/** A rule ready to be looked for, and where in the current text it may match. */
interface Candidate {
  rule: Rule;
  pattern: Pattern;
  /** For each required list the numbers of its literals. */
  required: readonly (readonly number[])[];
  /** First and last block of each stretch of the text, one after the other. */
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

  /** Notes the stretches of a text in which rules may match. @returns its blocks; undefined where no rule may match */
  function scan(text: string): Blocks | undefined {
    let count = 0;
    lastSeen.fill(NEVER);
    scanner.scan(text, (literal, end) => {
      lastSeen[literal] = 0;
      if (2 * count === hits.length) hits = grown(hits);
      hits[2 * count] = literal;
      hits[2 * count + 1] = end;
      count += 1;
    });
    if (count === 0 || !candidates.some(({ required }) => isMet(required, 0))) return undefined;
    lastSeen.fill(NEVER);
    const blocks = new Blocks(text);
    for (let hit = 0; hit < count; hit += 1) {
      const literal = hits[2 * hit] as number;
      const block = blocks.blockOf((hits[2 * hit + 1] as number) - 1);
      if (lastSeen[literal] === block) continue;
      lastSeen[literal] = block;
      for (const { required, stretches } of byLiteral[literal] as Candidate[]) {
        if (isMet(required, block - 1)) addStretch(stretches, block - 1, block + 1);
      }
    }
    return blocks;
  }

  /** Whether of each list a literal ended in a block or a later one. */
  function isMet(required: Candidate['required'], block: number): boolean {
    return required.every((list) => list.some((literal) => (lastSeen[literal] as number) >= block));
  }

  return {
    rules,
    match(text, done) {
      const blocks = scan(text);
      if (blocks === undefined) return [];
      const matches: RuleMatch[] = [];
      for (const { rule, pattern, stretches } of candidates) {
        if (stretches.length === 0) continue;
        const match = done?.has(rule)
          ? undefined
          : weightiest(text, rule, matchesWithin(text, pattern, stretches, blocks));
        stretches.length = 0;
        if (match !== undefined) matches.push(match);
      }
      return matches;
    },
  };
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** The first match that is no citation; where there is none, the first. */
function weightiest(text: string, rule: Rule, spans: Iterable<Span>): RuleMatch | undefined {
  const { weight, quotedWeight } = rule;
  let citations = 0;
  let cited: RuleMatch | undefined;
  for (const span of spans) {
    // Its end: a match may begin with the quote itself.
    const isCited = isQuoted(text, span.end - 1) || isFenced(text, span.end - 1);
    if (!isCited) return { rule, span: withoutLead(text, span), weight };
    cited ??= { rule, span: withoutLead(text, span), weight: quotedWeight };
    citations += 1;
    if (citations === MAX_CITATIONS) break;
  }
  return cited;
}

/** Without the white space and the end of a sentence that a pattern may begin with, to see where a command begins. */
function withoutLead(text: string, { start, end }: Span): Span {
  const [lead = ''] = /^[\s.!?:;,>]*/.exec(text.slice(start, end)) ?? [];
  return lead.length < end - start ? { start: start + lead.length, end } : { start, end };
}

/**
 * Adds blocks to the last stretch where they touch it. Longer stretches overlap instead: finding where a match is takes
 * a hundred times as long as finding that there is one, so it is done on a part of a text.
 */
function addStretch(stretches: number[], from: number, to: number): void {
  const last = stretches.length - 1;
  const isNear = last >= 0 && from <= (stretches[last] as number);
  if (isNear && to - (stretches[last - 1] as number) <= MAX_STRETCH) stretches[last] = to;
  else stretches.push(Math.max(from, 0), to);
}

/** What a pattern finds within stretches of a text, one after the other. */
function* matchesWithin(
  text: string,
  pattern: Pattern,
  stretches: readonly number[],
  blocks: Blocks,
): Generator<Span> {
  const matcher = pattern.matcher();
  let from = 0;
  let lastTested = -1;
  for (let at = 0; at < stretches.length; at += 2) {
    if (at > lastTested) {
      lastTested = endOfRun(stretches, at);
      const start = blocks.startOf(stretches[at] as number);
      if (
        lastTested > at &&
        !matches(text, matcher, start, blocks.endOf(stretches[lastTested + 1] as number))
      ) {
        at = lastTested;
        continue;
      }
    }
    const last = stretches[at + 1] as number;
    const end = blocks.endOf(last);
    from = Math.max(from, blocks.startOf(stretches[at] as number));
    while (from < end) {
      let found = find(text, matcher, from, end);
      // Where the stretch ends is no end of a word or a line.
      if (found?.end === end && end < text.length) {
        found = find(text, matcher, found.start, blocks.endOf(last + 1));
      }
      if (found === undefined) break;
      yield found;
      from = Math.max(found.end, found.start + 1);
    }
  }
}

/** The last of the stretches from one on that overlap, so that one look at all of them tells whether to look at each. */
function endOfRun(stretches: readonly number[], first: number): number {
  let at = first;
  while (
    at + 2 < stretches.length &&
    at - first < 2 * MAX_RUN &&
    (stretches[at + 2] as number) <= (stretches[at + 1] as number)
  ) {
    at += 2;
  }
  return at;
}

/** Whether there may be a match between two places of a text: tells it at a tenth of the time that finding it takes. */
function matches(text: string, matcher: RE2JS, start: number, end: number): boolean {
  return matcher.test(windowOf(text, start, end));
}

/** The character before it says whether a word or a line starts here. */
function windowOf(text: string, start: number, end: number): string {
  return foldAccents(text.slice(Math.max(start - 1, 0), end));
}

/** The first match that starts at or after one place of a text and ends before another. */
function find(text: string, matcher: RE2JS, start: number, end: number): Span | undefined {
  if (!matches(text, matcher, start, end)) return undefined;
  const from = Math.max(start - 1, 0);
  const search = matcher.matcher(windowOf(text, start, end));
  return search.find(start - from) ? { start: from + search.start(), end: from + search.end() } : undefined;
}
