/** What makes the spans, as OpenTelemetry has it. */
export const INSTRUMENTATION_SCOPE = 'gatehouse';
