export {
  formatTraceparent,
  isSampled,
  parseTraceparent,
  type TraceContext,
  traceIdOf,
} from './traceparent.ts';
