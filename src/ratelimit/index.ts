export { type RatelimitOptions, type RunningRatelimit, startRatelimit } from './server.ts';
