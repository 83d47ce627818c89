import type { RequestGuardHeader } from '../contract.ts';

const GUARD: RequestGuardHeader = 'x-gatehouse-admin';
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** What a browser says of where a request comes from, as Node has it. */
export interface BrowserRequest {
  method: string;
  headers: {
    host?: string | undefined;
    origin?: string | undefined;
    'sec-fetch-site'?: string | string[] | undefined;
    [GUARD]?: string | string[] | undefined;
  };
}

export type BrowserRefusal = 'unknown_host' | 'other_origin' | 'no_guard_header';

/** Whether a request of a browser is one that a page of the dashboard made; undefined where it is. */
export type CheckBrowserRequest = (request: BrowserRequest) => BrowserRefusal | undefined;

/**
 * - Host: a name of this machine's loopback, the address that is listened on, or a configured one. A page of another
 *   name that resolves to here (DNS rebinding) is of the same origin for its browser, but sends its own name.
 * - Origin (RFC 6454, section 7) and Sec-Fetch-Site: the same origin. Another port of this host is of the same site, and
 *   has the cookie sent along, but is another application.
 * - Everything that may change something has a header that another origin cannot send without being allowed to.
 * @param hosts names, or name:port, from admin.hosts
 */
export function checkBrowserRequest(listenHost: string, hosts: readonly string[]): CheckBrowserRequest {
  const configured = hosts.map((each) => each.toLowerCase());
  const named = new Set([listenHost.includes(':') ? `[${listenHost}]` : listenHost, ...configured]);
  return ({ method, headers }) => {
    const { host = '', origin, 'sec-fetch-site': site } = headers;
    const address = host.toLowerCase();
    const name = address.replace(/:\d+$/, '');
    if (!LOOPBACK_NAME.test(name) && !named.has(name) && !named.has(address)) return 'unknown_host';
    if (origin !== undefined && !isOrigin(origin, host, configured)) return 'other_origin';
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'other_origin';
    if (!SAFE_METHODS.has(method) && headers[GUARD] === undefined) return 'no_guard_header';
    return undefined;
  };
}

/** A proxy in front may say another host than the browser did, so a configured name counts as well. */
function isOrigin(origin: string, host: string, hosts: readonly string[]): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.host === host.toLowerCase() || hosts.includes(url.host));
}
