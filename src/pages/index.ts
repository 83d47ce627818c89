export { type BuiltPages, builtPages } from './built-pages.ts';
export { PAGE_HEADERS } from './headers.ts';
export { servePages } from './serve-pages.ts';
