export { type AdminOptions, createAdmin } from './app.ts';
export { ADMIN_PROBLEMS } from './problem.ts';
export { type StartAdminOptions, startAdmin } from './start.ts';
export { type TokenCheck, tokenCheck } from './token.ts';
