export { serveRoles } from './serve-roles.ts';
