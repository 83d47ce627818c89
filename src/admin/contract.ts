/**
 * What the admin port says and takes, as types: the one description of it that the server and the dashboard's pages
 * share. Nothing here imports anything, so that a browser's compiler can read it. docs/admin.md has the same in words.
 *
 * Times are ISO 8601 in UTC. A figure that could not be read is null, never 0.
 */
export type * from './contract/alerts.ts';
export type * from './contract/audit.ts';
export type * from './contract/clients.ts';
export type * from './contract/health.ts';
export type * from './contract/inspection.ts';
export type * from './contract/job-trace.ts';
export type * from './contract/jobs.ts';
export type * from './contract/keys.ts';
export type * from './contract/limits.ts';
export type * from './contract/live.ts';
export type * from './contract/log-levels.ts';
export type * from './contract/openapi.ts';
export type * from './contract/overview.ts';
export type * from './contract/problem.ts';
export type * from './contract/session.ts';
