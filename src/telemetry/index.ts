export {
  formatTraceparent,
  isSampled,
  parseTraceparent,
  type TraceContext,
  traceIdOf,
} from '../trace-context/index.ts';
export { alertRules } from './alert-rules.ts';
export { ALERTS, type Alert, alertExpression, UPSTREAM_FAILURES } from './alerts.ts';
export { type CommandMetrics, createCommandMetrics } from './command-metrics.ts';
export { callersTraceId, DECISION_BOUNDS_S, slowTraceId, type TracedCaller } from './decision-time.ts';
export type { Exemplar, Family, FamilyType, Sample } from './exposition/family.ts';
export { parseExposition } from './exposition/parse.ts';
export {
  EXPOSITION_TYPES,
  type ExpositionFormat,
  expositionFormat,
  printExposition,
} from './exposition/print.ts';
export { familiesOf } from './exposition/report.ts';
export { createFailureLog, type FailureLog } from './failure-log.ts';
export { LOG_FIELDS, type LogFields } from './fields.ts';
export { createLabelBound, OTHER } from './label-bound.ts';
export { createLogLevels, type LevelOverrides, type LogLevels } from './levels.ts';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './log.ts';
export { METRICS, type MetricDefinition } from './metric-names.ts';
export { type Count, createMetrics, type Metrics } from './metrics.ts';
export { fillMetricsPage } from './metrics-reference.ts';
export {
  type OperationsServerOptions,
  serveOperations,
} from './operations-server.ts';
export {
  lastingPart,
  type MetricsReport,
  type OwnState,
  type SharedState,
  type Siblings,
  sumMetrics,
} from './siblings.ts';
export { SPAN_ATTRIBUTES, SPANS, type SpanAttribute } from './span-names.ts';
export type { Timing } from './timing.ts';
export { epochMs } from './traces/clock.ts';
export { openTraces, type Traces } from './traces/open.ts';
export type { EndedSpan, Span, SpanAttributes, SpanEnd, SpanStart } from './traces/span.ts';
export { tracedCall } from './traces/traced-call.ts';
export { createTracer, silentTracer, type Tracer } from './traces/tracer.ts';
