export { ModelError, type ModelErrorCode } from './error.ts';
export type { ProviderFailure, ProviderFailureKind } from './failure.ts';
export { openProvider, type Provider } from './provider.ts';
export type { ProxyLimits } from './proxy/limits.ts';
export { type ModelProxy, type ModelProxyOptions, startModelProxy } from './proxy/proxy.ts';
export type { TokenUsage } from './usage.ts';
