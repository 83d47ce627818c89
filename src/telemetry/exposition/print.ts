import type { Exemplar, Family, Sample } from './family.ts';

/** OpenMetrics is the one that has exemplars. */
export type ExpositionFormat = 'prometheus' | 'openmetrics';

export const EXPOSITION_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What a scraper wants that sent this Accept header: Prometheus asks for OpenMetrics first. */
export function expositionFormat(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
}

/** Writes families as a scraper reads them. */
export function printExposition(families: readonly Family[], format: ExpositionFormat): string {
  const print = format === 'openmetrics' ? printOpenMetrics : printPrometheus;
  const text = families.map((family) => `${print(family).join('\n')}\n`).join('');
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function printPrometheus({ name, type, help, samples }: Family): string[] {
  return [...head(name, type, escapeHelp(help)), ...samples.map(sampleText)];
}

/** A counter's samples end in `_total` and its family does not; one of another name is none there. */
function printOpenMetrics({ name, type, help, samples }: Family): string[] {
  const isCounter = type === 'counter' && name.endsWith('_total');
  const openType = (type === 'counter' && !isCounter) || type === 'untyped' ? 'unknown' : type;
  return [
    ...head(isCounter ? name.slice(0, -'_total'.length) : name, openType, escapeText(help)),
    ...samples.map((sample) => sampleText(sample) + exemplarText(sample.exemplar)),
  ];
}

function head(name: string, type: string, help: string): string[] {
  return [...(help === '' ? [] : [`# HELP ${name} ${help}`]), `# TYPE ${name} ${type}`];
}

function sampleText({ name, labels, value }: Sample): string {
  const pairs = labelPairs(labels);
  return `${name}${pairs === '' ? '' : `{${pairs}}`} ${numberText(value)}`;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const at = exemplar.timestampS === undefined ? '' : ` ${exemplar.timestampS}`;
  return ` # {${labelPairs(exemplar.labels)}} ${numberText(exemplar.value)}${at}`;
}

function labelPairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escapeText(value)}"`)
    .join(',');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeText(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
