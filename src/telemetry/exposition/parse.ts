import type { Exemplar, Family, FamilyType, Sample } from './family.ts';

const TYPES: Readonly<Record<string, FamilyType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
};
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/y;
const SUFFIX = /_(?:bucket|sum|count|created)$/;

/**
 * Reads what a /metrics endpoint says: Prometheus's text format 0.0.4, or OpenMetrics 1.0. What is not a sample, such as
 * a line that is cut off, is passed over; timestamps are, too, as what is read counts as read now.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export function parseExposition(text: string): Family[] {
  const families = new Map<string, Family>();
  const familyOf = (name: string): Family => {
    const found = families.get(name);
    if (found !== undefined) return found;
    const begun: Family = { name, type: 'untyped', help: '', samples: [] };
    families.set(name, begun);
    return begun;
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      const [, keyword, name, rest] = /^# (TYPE|HELP) (\S+) ?(.*)$/.exec(line) ?? [];
      if (name === undefined || rest === undefined) continue;
      if (keyword === 'TYPE') familyOf(name).type = TYPES[rest] ?? 'untyped';
      else familyOf(name).help = unescapeText(rest);
      continue;
    }
    const sample = parseSample(line);
    if (sample !== undefined) ownerOf(sample.name, families, familyOf).samples.push(sample);
  }
  return [...families.values()].filter(({ samples }) => samples.length > 0);
}

/** OpenMetrics names a counter's family without `_total`. */
function ownerOf(
  sample: string,
  families: ReadonlyMap<string, Family>,
  begin: (name: string) => Family,
): Family {
  const exact = families.get(sample);
  if (exact !== undefined) return exact;
  const base = sample.replace(SUFFIX, '');
  const ofParts = base === sample ? undefined : families.get(base);
  if (ofParts !== undefined) return ofParts;
  const untotalled = sample.endsWith('_total') ? families.get(sample.slice(0, -'_total'.length)) : undefined;
  const family = begin(sample);
  if (untotalled?.type === 'counter') {
    family.type = 'counter';
    family.help = untotalled.help;
  }
  return family;
}

function parseSample(line: string): Sample | undefined {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  const { labels, end } = parseLabels(line, name.length);
  const [figures = '', exemplar] = line.slice(end).split(' # ', 2);
  const value = parseNumber(figures.trim().split(/\s+/, 1)[0]);
  if (value === undefined) return undefined;
  return { name, labels, value, ...(exemplar && { exemplar: parseExemplar(exemplar) }) };
}

function parseExemplar(text: string): Exemplar | undefined {
  const { labels, end } = parseLabels(text, 0);
  const [value, timestampS] = text.slice(end).trim().split(/\s+/).map(parseNumber);
  return value === undefined ? undefined : { labels, value, ...(timestampS !== undefined && { timestampS }) };
}

function parseLabels(text: string, start: number): { labels: Record<string, string>; end: number } {
  const labels: Record<string, string> = {};
  if (text[start] !== '{') return { labels, end: start };
  LABEL.lastIndex = start + 1;
  let end = start + 1;
  for (let found = LABEL.exec(text); found !== null; found = LABEL.exec(text)) {
    const [, label = '', value = ''] = found;
    labels[label] = unescapeText(value);
    end = LABEL.lastIndex;
  }
  return { labels, end: text[end] === '}' ? end + 1 : text.length };
}

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

const INFINITIES: Readonly<Record<string, number>> = {
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const named = INFINITIES[text];
  if (named !== undefined) return named;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
