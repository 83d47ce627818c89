export {
  formatTraceparent,
  isSampled,
  isSampledFlags,
  parseTraceparent,
  TRACEPARENT_LENGTH,
  type TraceContext,
  traceIdOf,
} from './traceparent.ts';
