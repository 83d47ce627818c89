import type { Candidate, ExplainedLimit, Explanation, LevelTrace } from '../../ratelimit/index.ts';

const VERDICTS: Record<Candidate['verdict'], string> = {
  taken: 'taken',
  other_value: 'not taken: another value',
  no_fit: 'not taken: does not fit',
  comes_later: 'not taken: one before it was',
};

/** An explanation as people read it. */
export async function explanationText({ domain, levels, result, hits }: Explanation): Promise<string> {
  const lines = [`domain ${domain}`, ...levels.flatMap(levelLines)];
  switch (result.kind) {
    case 'unknown_domain':
      return `There is no domain ${domain}: the rule files have ${result.domains.join(', ') || 'none'}. Not limited.`;
    case 'no_candidate':
      return [...lines, 'No rule: the descriptor is not limited.'].join('\n');
    case 'no_rule_here': {
      const more = result.below.length === 0 ? '' : `; it would go on with ${result.below.join(', ')}`;
      return [...lines, `No rule at this depth${more}. The descriptor is not limited.`].join('\n');
    }
    case 'unlimited':
      return [...lines, `Rule ${result.rule}: unlimited.`].join('\n');
    case 'limited': {
      lines.push(`Rule ${result.rule}`);
      for (const limit of result.limits) lines.push(...(await limitLines(limit)));
      if (result.next !== undefined)
        lines.push(`The next request of ${hitsText(hits)} would be ${result.next}.`);
      return lines.join('\n');
    }
  }
}

function levelLines({ entry, candidates, otherKeys }: LevelTrace, index: number): string[] {
  const lines = [`${index + 1}. ${entry.key}=${entry.value}`];
  for (const { key, value, verdict } of candidates) {
    lines.push(
      `     ${value === undefined ? `${key} (any value)` : `${key}=${value}`}: ${VERDICTS[verdict]}`,
    );
  }
  if (candidates.length === 0) {
    lines.push(
      otherKeys.length === 0
        ? '     the rules end above this level'
        : `     there is no key ${entry.key} here, but ${otherKeys.join(', ')}`,
    );
  }
  return lines;
}

/** A limit, what an operator has changed of it, and what is counted. */
export async function limitLines({ limit, override, bucket, state }: ExplainedLimit): Promise<string[]> {
  const { describeLimit } = await import('../../ratelimit/index.ts');
  const shadow = limit.shadowMode ? ', in shadow mode: refuses nobody' : '';
  const lines = [`  ${limit.name || '(no name)'}: ${describeLimit(limit)}${shadow}`];
  if (override !== undefined) {
    const until = override.expiresAt === undefined ? '' : ` until ${override.expiresAt}`;
    const why = override.reason === undefined ? '' : `, ${JSON.stringify(override.reason)}`;
    lines.push(`    override ${override.id}: ${override.requests}${until}, set by ${override.setBy}${why}`);
  }
  if (state !== undefined) {
    const { used, remaining, resetMs, next } = state;
    lines.push(`    used ${used}, ${remaining} left, resets in ${seconds(resetMs)}`);
    if (!next.allowed) lines.push(`    would refuse the next request; try again in ${seconds(next.resetMs)}`);
  }
  if (bucket !== undefined) lines.push(`    bucket ${bucket}`);
  return lines;
}

function hitsText(hits: number): string {
  return hits === 1 ? '1 hit' : `${hits} hits`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
