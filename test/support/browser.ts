import { Agent, request } from 'undici';

export interface Page {
  /** Where it is, after redirects. */
  url: string;
  status: number;
  headers: Record<string, string>;
  text: string;
  json(): Record<string, unknown>;
  /** The addresses that the browser was at on the way here, without their queries. */
  path: string[];
}

export interface BrowserRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The page whose script or form makes the request, by its origin; by default one of the address's own origin. */
  from?: string;
}

interface Cookie {
  name: string;
  value: string;
  attributes: Map<string, string>;
  untilMs: number;
}

const MAX_REDIRECTS = 20;

/**
 * As much of a browser as a login needs: cookies with their attributes, redirects, forms, and the Origin header.
 * @param addresses where hosts are that have no address, by their origin
 */
export class TestBrowser {
  /** By origin, then by name. */
  readonly cookies = new Map<string, Map<string, Cookie>>();
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  readonly #addresses: ReadonlyMap<string, string>;

  constructor(addresses: Record<string, string> = {}) {
    this.#addresses = new Map(Object.entries(addresses));
  }

  /** Opens a page as from a link on another site or an address that was typed in. */
  open(url: string): Promise<Page> {
    return this.#navigate(url, { method: 'GET', headers: { 'sec-fetch-mode': 'navigate' } });
  }

  /** Fills in the form of a page and sends it. */
  submit(page: Page, fields: Record<string, string>): Promise<Page> {
    const form = /<form[^>]*>[\s\S]*<\/form>/.exec(page.text)?.[0] ?? '';
    const action = new URL(/action="([^"]+)"/.exec(form)?.[1] ?? '', page.url).href;
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#navigate(action, { method: 'POST', headers, body, from: new URL(page.url).origin });
  }

  /** What a script of a page does; not redirected. */
  async fetch(url: string, options: BrowserRequest = {}): Promise<Page> {
    return this.#send(url, { ...options, headers: { accept: 'application/json', ...options.headers } });
  }

  /** What the cookies of an origin are called. */
  cookieNames(origin: string): string[] {
    return [...(this.cookies.get(origin)?.keys() ?? [])].sort();
  }

  /** A browser with the same cookies. */
  copy(): TestBrowser {
    const other = new TestBrowser(Object.fromEntries(this.#addresses));
    for (const [origin, cookies] of this.cookies) {
      other.cookies.set(origin, new Map([...cookies].map(([name, cookie]) => [name, { ...cookie }])));
    }
    return other;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #navigate(url: string, options: BrowserRequest): Promise<Page> {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...options.headers };
    let page = await this.#send(url, { ...options, headers });
    const path = [withoutQuery(url)];
    for (let hop = 0; page.headers.location !== undefined; hop += 1) {
      if (hop === MAX_REDIRECTS) throw new Error(`Redirected in a circle: ${path.join(' ')}`);
      const target = new URL(page.headers.location, page.url).href;
      path.push(withoutQuery(target));
      page = await this.#send(target, { method: 'GET', headers: { accept: headers.accept } });
    }
    return { ...page, path };
  }

  async #send(url: string, { method = 'GET', headers = {}, body, from }: BrowserRequest): Promise<Page> {
    const { origin, host, pathname, search, protocol } = new URL(url);
    const isCrossSite = from !== undefined && from !== origin;
    const cookies = [...(this.cookies.get(origin)?.values() ?? [])].filter(
      ({ attributes, untilMs }) =>
        untilMs > Date.now() &&
        (!attributes.has('secure') || protocol === 'https:') &&
        // Lax, which is also the default.
        (!isCrossSite || attributes.get('samesite')?.toLowerCase() === 'none'),
    );
    const answer = await request(`${this.#addresses.get(origin) ?? origin}${pathname}${search}`, {
      dispatcher: this.#agent,
      method: method as 'GET',
      headers: {
        host,
        ...(cookies.length > 0 && {
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        }),
        ...(method !== 'GET' && method !== 'HEAD' && { origin: from ?? origin }),
        ...headers,
      },
      body: body ?? null,
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.#store(origin, line);
    const text = await answer.body.text();
    return {
      url,
      status: answer.statusCode,
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      ),
      text,
      json: () => JSON.parse(text) as Record<string, unknown>,
      path: [withoutQuery(url)],
    };
  }

  /** RFC 6265bis, sections 5.6 and 4.1.3: a cookie that its prefix forbids is not taken. */
  #store(origin: string, line: string): void {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
    const split = pair.indexOf('=');
    const name = pair.slice(0, split);
    const attributes = new Map(
      rest.map((part) => {
        const [key = '', value = ''] = part.split('=', 2);
        return [key.toLowerCase(), value] as const;
      }),
    );
    const isOfHost = attributes.has('secure') && attributes.get('path') === '/' && !attributes.has('domain');
    if (name.startsWith('__Host-') && !isOfHost) return;
    if (line.length > 4096) return;
    const cookies = this.cookies.get(origin) ?? new Map<string, Cookie>();
    this.cookies.set(origin, cookies);
    const untilMs = untilOf(attributes);
    if (untilMs <= Date.now()) cookies.delete(name);
    else cookies.set(name, { name, value: pair.slice(split + 1), attributes, untilMs });
  }
}

function untilOf(attributes: ReadonlyMap<string, string>): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Date.now() + Number(maxAge) * 1000;
  const expires = attributes.get('expires');
  return expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
