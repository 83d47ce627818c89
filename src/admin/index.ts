export { type AdminOptions, createAdmin } from './app.ts';
export { adminOpenApi } from './openapi/print.ts';
export { ADMIN_PROBLEMS } from './problem.ts';
export { checkBrowserRequest } from './sign-in/browser-request.ts';
export { createEntrance } from './sign-in/entrance.ts';
export { createSessions } from './sign-in/sessions.ts';
export { findToken } from './sign-in/tokens.ts';
export { type StartAdminOptions, startAdmin } from './start.ts';
