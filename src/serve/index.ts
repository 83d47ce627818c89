export type { RoleMessage, SupervisorMessage } from './parent-channel.ts';
export { type ExecutionFacts, ROLE_NAMES, type RoleName } from './roles.ts';
export { serveRoles } from './serve-roles.ts';
