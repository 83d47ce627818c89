export { HEALTHY_AFTER_MS, restartDelayMs } from './backoff.ts';
export { CannotStart } from './cannot-start.ts';
export { boundPort, holdFreePort, listen, release } from './free-ports.ts';
export { SERVE_ENVIRONMENT, SERVE_NODE_FLAGS } from './memory.ts';
export type { RoleMessage, SupervisorMessage } from './parent-channel.ts';
export { type ExecutionFacts, ROLE_NAMES, type RoleName } from './roles.ts';
export { type ServeOptions, serveRoles } from './serve-roles.ts';
