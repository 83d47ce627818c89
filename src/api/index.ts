export { type ApiOptions, createApi } from './app.ts';
export { ApiError, type ApiErrorCode } from './error.ts';
export { type RunningApi, type StartApiOptions, startApi } from './start.ts';
