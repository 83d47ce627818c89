import type { Timeline, TimelineMark, TimelineSpan, TraceSpan } from '../../contract.ts';
import { plural } from '../shared/format.ts';

/** A line of the waterfall; from and to are parts of the whole time, between 0 and 1. */
export interface WaterfallRow {
  key: string;
  label: string;
  /** work: what an attempt did, as its trace has it. */
  kind: TimelineSpan['kind'] | TimelineMark['kind'] | 'work';
  /** Milliseconds after the job was accepted. */
  startMs: number;
  /** undefined for what has no length. */
  tookMs: number | undefined;
  from: number;
  to: number;
  isOpen: boolean;
  outcome: string | null;
}

const MARK_WORDS: Record<TimelineMark['kind'], string> = {
  first_text: 'first text',
  tool: 'tool',
  artifact: 'file',
  model_answer: 'model answer',
  prompt_leak: 'prompt leak',
  error: 'error',
};

/**
 * The lines of a job's waterfall in the order of their start, each attempt with its marks below it.
 * @param traced what its attempts did, as far as its trace is known
 */
export function waterfallRows(
  { spans, marks }: Timeline,
  traced: readonly TraceSpan[],
  acceptedAt: string,
  nowMs: number,
): WaterfallRow[] {
  const startMs = Date.parse(acceptedAt);
  const end = (to: string | null) => (to === null ? nowMs : Date.parse(to));
  const lastMs = Math.max(
    startMs + 1,
    ...spans.map(({ to }) => end(to)),
    ...marks.map(({ at }) => Date.parse(at)),
    ...traced.map(({ to }) => Date.parse(to)),
  );
  const whole = lastMs - startMs;
  const part = (ms: number) => Math.min(1, Math.max(0, (ms - startMs) / whole));
  return spans.flatMap((span) => {
    const fromMs = Date.parse(span.from);
    const toMs = Math.max(fromMs, end(span.to));
    const row: WaterfallRow = {
      ...{ key: `${span.kind} ${span.attempt}`, label: labelOf(span), kind: span.kind },
      ...{ startMs: Math.max(0, fromMs - startMs), tookMs: toMs - fromMs },
      ...{ from: part(fromMs), to: part(toMs), isOpen: span.to === null },
      // That it ran after it waited says the next line.
      outcome: span.outcome === 'running' ? null : span.outcome,
    };
    if (span.kind !== 'attempt') return [row];
    const done = traced.filter(({ attempt }) => attempt === span.attempt);
    const told = untraced(
      marks.filter(({ attempt }) => attempt === span.attempt),
      done,
    );
    const within = [
      ...done.map((work) => workRow(work, startMs, part)),
      ...told.map((mark) => markRow(mark, startMs, part)),
    ];
    return [row, ...within.sort((a, b) => a.startMs - b.startMs)];
  });
}

/** A mark of what the trace has as a span is left out, once the trace has all of its kind. */
function untraced(marks: readonly TimelineMark[], done: readonly TraceSpan[]): TimelineMark[] {
  const hasAll = (kind: TimelineMark['kind'], spanName: string) =>
    done.filter(({ name }) => name.startsWith(spanName)).length >=
    marks.filter((mark) => mark.kind === kind).length;
  const known = new Set<TimelineMark['kind']>([
    ...(hasAll('tool', 'execute_tool ') ? (['tool'] as const) : []),
    ...(hasAll('model_answer', 'chat ') ? (['model_answer'] as const) : []),
  ]);
  return marks.filter(({ kind }) => !known.has(kind));
}

function labelOf({ kind, attempt }: TimelineSpan): string {
  if (kind === 'queued') return 'waits in the queue';
  return kind === 'delay' ? `waits before attempt ${attempt + 1}` : `attempt ${attempt}`;
}

function workRow(work: TraceSpan, startMs: number, part: (ms: number) => number): WaterfallRow {
  const [fromMs, toMs] = [Date.parse(work.from), Date.parse(work.to)];
  return {
    ...{ key: `work ${work.spanId}`, kind: 'work', isOpen: false },
    label: work.name.replace(/^chat /, 'model: ').replace(/^execute_tool /, 'tool: '),
    ...{ startMs: Math.max(0, fromMs - startMs), tookMs: toMs - fromMs, from: part(fromMs), to: part(toMs) },
    outcome: work.error ?? (work.tokens === null ? null : plural(work.tokens, 'token')),
  };
}

function markRow(mark: TimelineMark, startMs: number, part: (ms: number) => number): WaterfallRow {
  const ms = Date.parse(mark.at);
  const label = [MARK_WORDS[mark.kind], mark.label].filter((text) => text !== '').join(': ');
  return {
    ...{ key: `mark ${mark.seq}`, label, kind: mark.kind, startMs: Math.max(0, ms - startMs) },
    ...{ tookMs: undefined, from: part(ms), to: part(ms), isOpen: false, outcome: null },
  };
}
