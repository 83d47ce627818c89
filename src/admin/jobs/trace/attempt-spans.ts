import { SPANS, type SpanAttribute } from '../../../telemetry/index.ts';
import type { JobTrace, TraceSpan } from '../../contract.ts';
import type { StoredSpan } from './jaeger.ts';

/** More of them cannot be told apart in a picture. */
const MAX_SPANS = 300;
const MAX_NAME_CHARACTERS = 200;
/** A trace may hold what other services did, where callers' traces are honoured: that is not shown here. */
const OWN_SERVICE = /^gatehouse-/;

/** What a job's attempts did, from all spans of its trace, which may have other jobs as well. */
export function attemptSpans(
  jobId: string,
  stored: readonly StoredSpan[],
): Pick<JobTrace, 'spans' | 'omittedSpans'> {
  const own = stored.filter(({ service }) => OWN_SERVICE.test(service));
  const children = Map.groupBy(own, ({ parentSpanId }) => parentSpanId);
  const attempts = own.filter(
    (span) => span.name === SPANS.attempt && tag(span, 'gatehouse.job_id') === jobId,
  );
  const found = attempts.flatMap((attempt) => {
    const number = Number(tag(attempt, 'gatehouse.attempt') ?? 1);
    return descendants(attempt, children).map(({ span, depth }) => traceSpan(span, number, depth));
  });
  found.sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return { spans: found.slice(0, MAX_SPANS), omittedSpans: Math.max(0, found.length - MAX_SPANS) };
}

/** Each once, though what is stored were to name a span as part of itself. */
function descendants(root: StoredSpan, children: ReadonlyMap<string | undefined, StoredSpan[]>) {
  const seen = new Set([root.spanId]);
  const found: { span: StoredSpan; depth: number }[] = [];
  let level = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    const below = level
      .flatMap(({ spanId }) => children.get(spanId) ?? [])
      .filter(({ spanId }) => !seen.has(spanId));
    for (const span of below) {
      seen.add(span.spanId);
      found.push({ span, depth });
    }
    level = below;
  }
  return found;
}

function traceSpan(span: StoredSpan, attempt: number, depth: number): TraceSpan {
  const { spanId, name, startMs, endMs } = span;
  const counts = (['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'] as const).map((key) =>
    Number(tag(span, key) ?? Number.NaN),
  );
  const tokens = counts.reduce((sum, count) => sum + count);
  return {
    ...{ spanId, attempt, depth, name: name.slice(0, MAX_NAME_CHARACTERS) },
    ...{ from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() },
    error: span.tags.get('error') === true ? String(tag(span, 'error.type') ?? 'failed') : null,
    tokens: Number.isNaN(tokens) ? null : tokens,
  };
}

function tag({ tags }: StoredSpan, name: SpanAttribute): unknown {
  return tags.get(name);
}
