import { PAGE_HEADERS } from '../pages/index.ts';

/** Of every answer, so that nothing that the API says can be made a page of. Static files say how long they may be kept. */
export const SECURITY_HEADERS = { ...PAGE_HEADERS, 'cache-control': 'no-store' } as const;
