/**
 * What a text must hold for a pattern to match in it: of each list at least one. Lower-case forms are not made here;
 * whoever looks for them passes over case.
 */
export type RequiredLiterals = readonly (readonly string[])[];

/** Less stands everywhere. */
const MIN_TOLD = 3;
/** Ways to spell a part of a pattern that are told apart; more of them are no better than none. */
const MAX_SPELLINGS = 24;
const MAX_LITERAL = 64;
/** The lists that say most are enough, and of a literal its start; what says less than this stands in many texts. */
const MAX_LISTS = 2;
const MAX_START = 12;
const MIN_SECOND = 4;

/** What is known of a part of a pattern. */
interface Part {
  /** All texts that it matches, where they are few. */
  exact: readonly string[] | undefined;
  /** Nothing where exact says more. */
  required: RequiredLiterals;
}

const EMPTY: Part = { exact: [''], required: [] };
const UNKNOWN: Part = { exact: undefined, required: [] };

/**
 * Finds what every match of a pattern holds.
 * @param pattern one that RE2 takes; what is not understood here counts as unknown
 * @returns nothing where the pattern may match without any such literal
 */
export function requiredLiterals(pattern: string): RequiredLiterals {
  return requirementsOf(new Reader(pattern).alternatives())
    .map(shortest)
    .toSorted((a, b) => leastTold(b) - leastTold(a))
    .filter((list, at) => at === 0 || (at < MAX_LISTS && leastTold(list) >= MIN_SECOND));
}

/** What is left of a list without those that hold another one; of each its start. */
function shortest(literals: readonly string[]): string[] {
  const apart = literals.filter(
    (literal) => !literals.some((other) => other !== literal && literal.includes(other)),
  );
  return [...new Set(apart.map((literal) => literal.slice(0, MAX_START)))];
}

/**
 * A pattern with what `\Q` and `\E` quote written character by character: a sign after it repeats its last one alone, and
 * the one before it where nothing is quoted.
 */
function unquoted(pattern: string): string {
  return pattern.replaceAll(/\\Q(.*?)(?:\\E|$)|\\./gsu, (written, quoted: string | undefined) =>
    quoted === undefined ? written : quoted.replaceAll(/[^\p{L}\p{N}]/gu, '\\$&'),
  );
}

/** Reads https://github.com/google/re2/wiki/Syntax, as far as literals are concerned. */
class Reader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = unquoted(pattern);
  }

  /** Up to the end of the pattern or the group. */
  alternatives(): Part {
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    return branches.length === 1 ? (branches[0] as Part) : oneOf(branches);
  }

  #sequence(): Part {
    const required: (readonly string[])[] = [];
    let isWhole = true;
    let run: readonly string[] = [''];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      const part = this.#repeated(this.#atom());
      const joined = joinedSpellings(run, part.exact);
      if (joined === undefined) {
        required.push(...useful(run), ...part.required);
        isWhole = false;
      }
      run = joined ?? part.exact ?? [''];
    }
    return isWhole ? { exact: run, required } : { exact: undefined, required: [...required, ...useful(run)] };
  }

  #atom(): Part {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    if (character === '.') return UNKNOWN;
    if (character === '^' || character === '$') return EMPTY;
    return { exact: [character], required: [] };
  }

  #group(): Part {
    const flags = this.#takeMatch(/\?(?:P?<\w+>|[a-zA-Z-]*(:?))/y);
    if (flags !== null) {
      // (?i) stands for itself, and there is nothing in it.
      if (flags[1] === '' && this.#take(')')) return EMPTY;
    }
    const part = this.alternatives();
    this.#take(')');
    return part;
  }

  /** One character of a class; known where it is one of a few letters. */
  #class(): Part {
    const isNegated = this.#take('^');
    const letters: string[] = [];
    let isKnown = !isNegated;
    for (let isFirst = true; this.#at < this.#pattern.length; isFirst = false) {
      const character = this.#next();
      if (character === ']' && !isFirst) break;
      const named = character === '[' ? this.#takeMatch(/:\^?\w+:\]/y) : null;
      if (named !== null) {
        isKnown = false;
        continue;
      }
      const [letter] = character === '\\' ? (this.#escape().exact ?? []) : [character];
      if (letter === undefined) isKnown = false;
      else letters.push(letter);
      if (this.#sees('-') && this.#pattern[this.#at + 1] !== ']') isKnown = false;
    }
    return isKnown && letters.length <= MAX_SPELLINGS ? { exact: letters, required: [] } : UNKNOWN;
  }

  #escape(): Part {
    const code = this.#takeMatch(/x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y);
    if (code !== null) {
      return {
        exact: [String.fromCodePoint(Number.parseInt((code[1] ?? code[2]) as string, 16))],
        required: [],
      };
    }
    const octal = this.#takeMatch(/[0-7]{1,3}/y);
    if (octal !== null) {
      return { exact: [String.fromCodePoint(Number.parseInt(octal[0], 8))], required: [] };
    }
    const property = this.#takeMatch(/[pP](?:\{[^}]*\}|.)/uy);
    if (property !== null) {
      return UNKNOWN;
    }
    const character = this.#next();
    if (/[bBAz]/.test(character)) return EMPTY;
    return /[A-Za-z0-9]/.test(character) ? UNKNOWN : { exact: [character], required: [] };
  }

  #repeated(part: Part): Part {
    let repeated = part;
    for (;;) {
      const quantifier = this.#takeMatch(/(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/y);
      if (quantifier === null) return repeated;
      const [text, least] = quantifier;
      if (text.startsWith('?')) repeated = oneOf([repeated, EMPTY]);
      else if (text.startsWith('*') || least === '0') repeated = UNKNOWN;
      else if (text !== '{1}') repeated = { exact: undefined, required: requirementsOf(repeated) };
    }
  }

  /** What a sticky expression finds here. */
  #takeMatch(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found !== null) this.#at = expression.lastIndex;
    return found;
  }

  #next(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #sees(character: string): boolean {
    return this.#pattern[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at += 1;
    return true;
  }
}

/** All spellings of one part and another after it; undefined where they are too many. */
function joinedSpellings(
  first: readonly string[],
  second: readonly string[] | undefined,
): readonly string[] | undefined {
  if (second === undefined || first.length * second.length > MAX_SPELLINGS) return undefined;
  const joined = first.flatMap((start) => second.map((end) => start + end));
  return joined.every(({ length }) => length <= MAX_LITERAL) ? joined : undefined;
}

/** One of several parts. */
function oneOf(parts: readonly Part[]): Part {
  const spellings = parts.flatMap(({ exact }) => exact ?? []);
  if (parts.every(({ exact }) => exact !== undefined) && spellings.length <= MAX_SPELLINGS) {
    return { exact: [...new Set(spellings)], required: [] };
  }
  const best = parts.map((part) => requirementsOf(part).toSorted((a, b) => leastTold(b) - leastTold(a))[0]);
  if (best.some((literals) => literals === undefined)) return UNKNOWN;
  return { exact: undefined, required: [[...new Set(best.flatMap((literals) => literals ?? []))]] };
}

function requirementsOf({ exact, required }: Part): RequiredLiterals {
  return [...required, ...useful(exact)];
}

function useful(exact: readonly string[] | undefined): RequiredLiterals {
  return exact !== undefined && leastTold(exact) >= MIN_TOLD ? [exact] : [];
}

/** How much the literal says that says least: so many characters of ASCII, of which two are one of another script. */
function leastTold(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length + literal.replaceAll(/[\0-\x7f]/g, '').length));
}
