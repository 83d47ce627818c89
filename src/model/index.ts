export { ModelError, type ModelErrorCode } from './error.ts';
export type { ProviderFailure, ProviderFailureKind } from './failure.ts';
export { createModelMetrics } from './metrics.ts';
export type { Availability } from './provider/availability.ts';
export { openProvider, type Provider } from './provider/open.ts';
export type { AttemptContext, ModelPermissions, ModelSession, Spent } from './proxy/attempt-context.ts';
export type { ProxyLimits } from './proxy/limits.ts';
export { type ModelProxy, type ModelProxyOptions, startModelProxy } from './proxy/proxy.ts';
export type { TokenUsage } from './usage.ts';
