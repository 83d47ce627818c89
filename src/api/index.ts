export { type ApiOptions, createApi } from './app.ts';
export { type RunningApi, type StartApiOptions, startApi } from './start.ts';
