import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withBlocklistAdministration } from '../../src/authz/index.ts';
import { makeTestAuthority } from '../support/authority.ts';
import type { Page, TestBrowser } from '../support/browser.ts';
import { makeTestCertificate } from '../support/certificate.ts';
import { send } from '../support/http.ts';
import {
  type LoginGateway,
  type LoginGatewayOptions,
  PUBLIC_URL,
  startLoginGateway,
} from '../support/login-gateway.ts';
import { until } from '../support/until.ts';

const PAGE = `${PUBLIC_URL}/claude/status/1?verbose=1`;
const CALLBACK = `${PUBLIC_URL}/oauth2/callback`;
const SIGN_OUT = `${PUBLIC_URL}/oauth2/sign_out`;
const ALICE = 'alice@example.org';
const SUBMISSION = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"prompt":"hi"}',
};

let gateway: LoginGateway;
beforeAll(async () => {
  gateway = await startLoginGateway();
});
beforeEach(() => {
  gateway.stubs.reset();
  gateway.authz.lines.length = 0;
  gateway.provider.requests.length = 0;
  gateway.provider.ttl = { accessToken: 3600, idToken: 3600 };
  gateway.provider.claims = (account) => ({ email: account, email_verified: true });
});
afterAll(() => gateway?.close());

async function loggedIn(account = ALICE): Promise<TestBrowser> {
  const browser = gateway.browser();
  expect((await gateway.login(browser, account)).status).toBe(200);
  gateway.stubs.reset();
  return browser;
}

const isAtProvider = ({ url }: Page) => url.startsWith(gateway.provider.issuer);
const submit = (browser: TestBrowser, from?: string) =>
  browser.fetch(`${PUBLIC_URL}/claude/invoke`, { ...SUBMISSION, ...(from !== undefined && { from }) });

describe('a browser that opens a page', () => {
  test('is sent to the provider, logs in, and comes back to the page', async () => {
    const browser = gateway.browser();
    const form = await browser.open(PAGE);
    expect(isAtProvider(form)).toBe(true);
    expect(form.path[1]).toBe(gateway.provider.endpoints.authorization);
    expect(gateway.stubs.requests).toEqual([]);

    const page = await browser.submit(form, { account: ALICE });
    expect(page).toMatchObject({ status: 200, url: PAGE });
    expect(page.path.slice(-2)).toEqual([CALLBACK, `${PUBLIC_URL}/claude/status/1`]);
    expect(gateway.stubs.requests).toMatchObject([{ method: 'GET', url: '/claude/status/1?verbose=1' }]);
  });

  test('is known to the api by its account, and to the log by its method', async () => {
    const browser = await loggedIn();
    const page = await browser.open(PAGE);
    const client = gateway.stubs.requests[0]?.headers['x-client-id'];
    expect(client).toMatch(/^alice-example\.org\./);
    expect(await gateway.envoy.logged(page.headers['x-request-id'] ?? '')).toMatchObject({
      client,
      tenant: 'default',
      tier: 'free',
    });
  });

  test('logs in once for all pages', async () => {
    const browser = await loggedIn();
    gateway.provider.requests.length = 0;
    for (const path of ['/claude/status/2', '/claude/jobs/1/events', '/claude/x']) {
      expect((await browser.open(PUBLIC_URL + path)).status).toBe(200);
    }
    expect(gateway.provider.requests).toEqual([]);
  });

  test('keeps cookies that scripts cannot read, that need TLS, and that no neighbour can set', async () => {
    const browser = await loggedIn();
    expect(browser.cookieNames(PUBLIC_URL)).toEqual(
      ['expires', 'hmac', 'id', 'refresh'].map((name) => `__Host-gatehouse-${name}`),
    );
    for (const { attributes } of browser.cookies.get(PUBLIC_URL)?.values() ?? []) {
      expect(Object.fromEntries(attributes)).toMatchObject({
        secure: '',
        httponly: '',
        path: '/',
        samesite: 'Lax',
      });
      expect(attributes.has('domain')).toBe(false);
    }
  });

  test('has no token in a cookie that could be read, and shows none to the api', async () => {
    const browser = await loggedIn();
    const cookies = JSON.stringify([...(browser.cookies.get(PUBLIC_URL)?.values() ?? [])]);
    // Of a JWT; without the dot it also stands somewhere in one of two hundred encrypted ones.
    expect(cookies).not.toMatch(/eyJ[\w-]*[.]/);
    await browser.open(PAGE);
    expect(gateway.stubs.requests).toHaveLength(1);
    const headers = gateway.stubs.requests[0]?.headers ?? {};
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('x-gatehouse-id-token');
    expect(headers).not.toHaveProperty('authorization');
  });

  test('may have an ID token that is too long for one cookie', async () => {
    gateway.provider.claims = (account) => ({ email: account, email_verified: true, hd: 'a'.repeat(4_500) });
    const browser = await loggedIn();
    expect(browser.cookieNames(PUBLIC_URL).length).toBeGreaterThan(4);
    expect((await browser.open(PAGE)).status).toBe(200);
  });

  test('needs no login for what is open', async () => {
    for (const path of ['/health', '/openapi.json']) {
      expect(await gateway.browser().open(PUBLIC_URL + path)).toMatchObject({
        status: 200,
        url: PUBLIC_URL + path,
      });
    }
    expect((await gateway.browser().open(`${PUBLIC_URL}/no-such-page`)).status).toBe(404);
  });
});

describe('what is no browser that opens a page is not redirected', () => {
  test.each([
    ['a program that wants JSON', { path: '/claude/status/1', headers: { accept: 'application/json' } }],
    ['a program that says nothing of what it wants', { path: '/claude/status/1' }],
    [
      'a submission, whatever it wants',
      { path: '/claude/invoke', method: 'POST', body: '{}', headers: { accept: 'text/html' } },
    ],
  ])('%s gets 401 as without a login', async (_, request) => {
    const answer = await send(gateway.envoy.tlsUrl, request);
    expect(answer.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(gateway.authz.lines).toMatchObject([{ reason: 'missing' }]);
  });

  test('a token goes before a login that comes along', async () => {
    const { key } = await gateway.authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' }));
    const browser = await loggedIn();
    for (const headers of [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }]) {
      expect((await browser.fetch(PAGE, { headers })).status).toBe(200);
    }
    expect(gateway.stubs.requests.map(({ headers }) => headers['x-client-id'])).toEqual([
      'service-a',
      'service-a',
    ]);
    // A bad one is not made good by the login.
    expect((await browser.fetch(PAGE, { headers: { 'x-api-key': 'wrong' } })).status).toBe(401);
  });

  test.each(['text/html', 'application/json'])(
    'an ID token that a caller sends itself counts for nothing (%s)',
    async (accept) => {
      const headers = { accept, 'x-gatehouse-id-token': 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' };
      const answer = await send(gateway.envoy.tlsUrl, { path: '/claude/status/1', headers });
      expect(answer.status).toBe(accept === 'text/html' ? 302 : 401);
      // Not even looked at.
      expect(gateway.authz.lines.map(({ reason }) => reason)).toEqual(
        accept === 'text/html' ? [] : ['missing'],
      );
      expect(gateway.stubs.requests).toEqual([]);
    },
  );
});

describe('a login counts for requests of this site alone', () => {
  test('a page of this site may submit', async () => {
    const browser = await loggedIn();
    expect((await submit(browser)).status).toBe(200);
    expect(gateway.stubs.requests).toMatchObject([
      { method: 'POST', headers: { 'x-gatehouse-assertion': expect.any(String) } },
    ]);
  });

  test('a form of another site comes without the login', async () => {
    const answer = await submit(await loggedIn(), 'https://evil.example');
    expect(answer.json()).toMatchObject({ status: 401 });
    expect(gateway.stubs.requests).toEqual([]);
  });

  test.each([
    ['of another site under the same domain', 'https://evil.example.org'],
    ['of the same host without TLS', 'http://gatehouse.example.org'],
    ['of a page without an origin', 'null'],
    ['that does not say whose it is', ''],
  ])('a request %s is refused although the login comes along', async (_, origin) => {
    const browser = await loggedIn();
    const answer = await browser.fetch(`${PUBLIC_URL}/claude/invoke`, {
      ...SUBMISSION,
      headers: { ...SUBMISSION.headers, origin },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'cross_site_request' });
    expect(gateway.authz.lines).toMatchObject([{ reason: 'cross_site_request', client: expect.any(String) }]);
    expect(gateway.stubs.requests).toEqual([]);
  });

  test('a link on another site may be followed', async () => {
    const browser = await loggedIn();
    expect((await browser.fetch(PAGE, { headers: { origin: 'https://evil.example' } })).status).toBe(200);
  });
});

describe('which accounts may log in', () => {
  test.each([
    ['of another domain', 'mallory@example.com', {}],
    ['of a domain that only begins like ours', 'mallory@example.org.evil.example', {}],
    ['of a domain below ours', 'mallory@sub.example.org', {}],
    ['whose address nobody verified', ALICE, { email_verified: false }],
    ['without a word on whether its address is verified', ALICE, { email_verified: undefined }],
    ['without an address', 'alice', { email: undefined }],
  ])('an account %s is 403, and told how to take another', async (_, account, claims) => {
    gateway.provider.claims = (id) => ({ email: id, email_verified: true, ...claims });
    const page = await gateway.login(gateway.browser(), account);
    expect(page.json()).toMatchObject({
      status: 403,
      code: 'account_not_allowed',
      detail: expect.stringContaining('/oauth2/sign_out'),
    });
    expect(gateway.stubs.requests).toEqual([]);
  });

  test('the case of an address does not matter', async () => {
    expect((await gateway.login(gateway.browser(), 'Alice@EXAMPLE.org')).status).toBe(200);
  });
});

describe('a login that goes on', () => {
  test('is renewed without the user when the tokens have expired', async () => {
    gateway.provider.ttl = { accessToken: 2, idToken: 2 };
    const browser = await loggedIn();
    gateway.provider.requests.length = 0;
    gateway.provider.ttl = { accessToken: 3600, idToken: 3600 };
    await until(
      () => browser.cookieNames(PUBLIC_URL).length < 4 || isExpired(browser),
      'the login has expired',
    );
    // A script of the page, too, goes on with the new login.
    expect((await browser.fetch(PAGE)).status).toBe(200);
    expect(gateway.provider.requests).toEqual(['/token']);
    expect((await submit(browser)).status).toBe(200);
    expect(gateway.provider.requests).toEqual(['/token']);
  });

  test('is renewed when only the ID token has expired', async () => {
    gateway.provider.ttl = { accessToken: 3600, idToken: 2 };
    const browser = await loggedIn();
    gateway.provider.ttl = { accessToken: 3600, idToken: 3600 };
    await until(() => isExpired(browser), 'the ID token has expired');
    expect((await browser.open(PAGE)).status).toBe(200);
  });

  test('cannot go on by an ID token that has expired, whatever cookies are sent', async () => {
    gateway.provider.ttl = { accessToken: 3600, idToken: 2 };
    const browser = await loggedIn();
    await until(() => isExpired(browser), 'the ID token has expired');
    for (const cookie of browser.cookies.get(PUBLIC_URL)?.values() ?? [])
      cookie.untilMs = Number.POSITIVE_INFINITY;
    await until(async () => (await browser.fetch(PAGE)).status === 401, 'leeway has passed', 20_000);
    const answer = await browser.fetch(PAGE);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('/oauth2/sign_out') });
    expect(gateway.authz.lines.at(-1)).toMatchObject({ reason: 'token_expired', client: expect.any(String) });
  });

  test('ends where it can no longer be renewed: pages lead to the provider, scripts get 401', async () => {
    gateway.provider.ttl = { accessToken: 2, idToken: 2 };
    const browser = await loggedIn();
    browser.cookies.get(PUBLIC_URL)?.delete('__Host-gatehouse-refresh');
    await until(() => isExpired(browser), 'the login has expired');
    expect((await browser.fetch(PAGE)).status).toBe(401);
    const page = await browser.open(PAGE);
    // The provider still knows the browser, so that nobody is asked.
    expect(page.path).toContain(gateway.provider.endpoints.authorization);
    expect(page.status).toBe(200);
  });
});

function isExpired(browser: TestBrowser): boolean {
  const id = browser.cookies.get(PUBLIC_URL)?.get('__Host-gatehouse-id');
  return id === undefined || id.untilMs <= Date.now();
}

describe('a cookie that was changed', () => {
  test.each(['hmac', 'id', 'expires'])('%s: is not believed', async (name) => {
    const browser = await loggedIn();
    const cookies = browser.cookies.get(PUBLIC_URL);
    // Without it Envoy gets a new login, which is good, by the refresh token.
    cookies?.delete('__Host-gatehouse-refresh');
    const cookie = cookies?.get(`__Host-gatehouse-${name}`);
    if (cookie === undefined) throw new Error('no such cookie');
    cookie.value = name === 'expires' ? '99999999999' : changed(cookie.value);
    expect((await browser.fetch(PAGE)).status).toBe(401);
    expect(gateway.stubs.requests).toEqual([]);
  });

  test("of one login, in another's, is not believed", async () => {
    const [alice, bob] = [await loggedIn(), await loggedIn('bob@example.org')];
    const [from, to] = [alice.cookies.get(PUBLIC_URL), bob.cookies.get(PUBLIC_URL)];
    to?.delete('__Host-gatehouse-refresh');
    const id = from?.get('__Host-gatehouse-id');
    if (id !== undefined) to?.set(id.name, id);
    expect((await bob.fetch(PAGE)).status).toBe(401);
  });

  test('a refresh token that was changed gives no login', async () => {
    const browser = await loggedIn();
    const cookies = browser.cookies.get(PUBLIC_URL);
    cookies?.delete('__Host-gatehouse-hmac');
    const refresh = cookies?.get('__Host-gatehouse-refresh');
    if (refresh !== undefined) refresh.value = changed(refresh.value);
    expect((await browser.fetch(PAGE)).status).toBe(401);
  });
});

/** The middle, since the last character may have bits that do not count. */
function changed(value: string): string {
  const at = Math.floor(value.length / 2);
  return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
}

describe('a login that is not the one that was begun', () => {
  /** The address at which the provider sends a browser back, which has not gone there yet. */
  async function callbackOf(browser: TestBrowser, account = ALICE): Promise<string> {
    const form = await browser.open(PAGE);
    // Whoever makes the callback leave the browser alone: its cookies are put aside.
    const other = browser.copy();
    other.cookies.delete(PUBLIC_URL);
    const page = await other.submit(form, { account });
    expect(page).toMatchObject({ status: 401 });
    await other.close();
    return page.url;
  }

  const failed = { status: 401, code: 'login_failed', error: 'Login failed' };

  test('fails in a browser that did not begin it, so that nobody is logged in as somebody else', async () => {
    const link = await callbackOf(gateway.browser(), 'mallory@example.org');
    const victim = gateway.browser();
    expect((await victim.open(link)).json()).toMatchObject(failed);
    expect(victim.cookieNames(PUBLIC_URL)).toEqual([]);
    const busy = gateway.browser();
    await busy.open(PAGE); // Has begun a login of its own.
    expect((await busy.open(link)).json()).toMatchObject(failed);
  });

  test('fails a second time in the browser that began it', async () => {
    const browser = gateway.browser();
    const form = await browser.open(PAGE);
    const page = await browser.submit(form, { account: ALICE });
    expect(page.status).toBe(200);
    const link = await callbackOf(gateway.browser());
    expect((await browser.open(link)).json()).toMatchObject(failed);
    expect((await browser.open(PAGE)).status).toBe(200);
  });

  test.each([
    ['a state that was made up', '?code=c&state=eyJ1cmwiOiJodHRwczovL2V2aWwuZXhhbXBsZS8ifQ'],
    ['no state', '?code=c'],
    ['a refusal of the provider', '?error=access_denied&error_description=no'],
    ['nothing', ''],
  ])('fails with %s', async (_, query) => {
    const page = await gateway.browser().open(CALLBACK + query);
    expect(page.json()).toMatchObject({ ...failed, requestId: page.headers['x-request-id'] });
    expect(page.headers['content-type']).toBe('application/problem+json');
    expect(gateway.authz.lines).toEqual([]);
  });
});

test('an account on the blocklist is out at once, whatever its cookies say', async () => {
  const browser = await loggedIn('blocked@example.org');
  await browser.open(PAGE);
  const client = String(gateway.stubs.requests[0]?.headers['x-client-id']);
  await withBlocklistAdministration(gateway.authz.config, 'test', (blocklist) =>
    blocklist.block({ target: { kind: 'subject', value: client }, issuedBeforeMs: Date.now() + 60_000 }),
  );
  await until(async () => (await browser.fetch(PAGE)).status === 401, 'the account is refused');
  expect(gateway.authz.lines.at(-1)).toMatchObject({ reason: 'blocked', client });
});

describe('a logout', () => {
  test('ends the login here and at the provider', async () => {
    const browser = await loggedIn();
    const form = await browser.open(SIGN_OUT);
    expect(form.path.slice(0, 2)).toEqual([SIGN_OUT, gateway.provider.endpoints.endSession]);
    expect(browser.cookieNames(PUBLIC_URL)).toEqual([]);

    const page = await browser.submit(form, { logout: 'yes' });
    expect(page).toMatchObject({ status: 200, url: `${PUBLIC_URL}/` });
    expect((await browser.fetch(PAGE)).status).toBe(401);
    expect((await browser.open(PAGE)).text).toContain('name="account"');
  });

  test('of a browser that is not logged in harms nobody', async () => {
    const page = await gateway.browser().open(SIGN_OUT);
    expect(page.path[1]).toBe(gateway.provider.endpoints.endSession);
  });
});

test('Envoy has nothing deprecated in it, and no warnings but those of failed logins', async () => {
  const lines = gateway.envoy.warnings().filter((line) => !line.includes('[oauth2]'));
  expect(lines).toEqual([]);
});

describe('with another provider', () => {
  async function withGateway(
    options: LoginGatewayOptions,
    use: (gateway: LoginGateway) => Promise<void>,
  ): Promise<void> {
    const other = await startLoginGateway(options);
    try {
      await use(other);
    } finally {
      await other.close();
    }
  }

  test('whose client sends its secret by HTTP Basic', async () => {
    const provider = { clientAuthentication: 'client_secret_basic', clientSecret: 'a~secret' } as const;
    await withGateway({ provider, oidc: { clientAuthentication: 'basic' } }, async (other) => {
      expect((await other.login(other.browser(), ALICE)).status).toBe(200);
    });
  });

  test('that is reached by TLS, by the authorities of caFile alone', async () => {
    const [tls, stranger] = [await makeTestCertificate(), await makeTestCertificate()];
    try {
      await withGateway({ provider: { tls }, oidc: { caFile: tls.certFile } }, async (other) => {
        expect((await other.login(other.browser(), ALICE)).status).toBe(200);
      });
      await withGateway({ provider: { tls }, oidc: { caFile: stranger.certFile } }, async (other) => {
        const page = await other.login(other.browser(), ALICE);
        expect(page.json()).toMatchObject({ status: 401, code: 'login_failed' });
      });
    } finally {
      await tls.close();
      await stranger.close();
    }
  });

  test('that has no page for logging out: of Gatehouse alone', async () => {
    const oidc = (provider: LoginGateway['provider']) => ({
      endpoints: { ...provider.endpoints, endSession: undefined },
    });
    await withGateway({ oidc }, async (other) => {
      const browser = other.browser();
      await other.login(browser, ALICE);
      const page = await browser.open(SIGN_OUT);
      expect(page).toMatchObject({ status: 200, path: [SIGN_OUT, `${PUBLIC_URL}/`] });
      expect(browser.cookieNames(PUBLIC_URL)).toEqual([]);
    });
  });

  test('that is away: a login fails, one that is there goes on, and API keys do not care', async () => {
    await withGateway({}, async (other) => {
      const [inside, outside] = [other.browser(), other.browser()];
      await other.login(inside, ALICE);
      const form = await outside.open(PAGE);
      const { key } = await other.authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' }));
      const state = new URL(
        String((await outside.fetch(PAGE, { headers: { accept: 'text/html' } })).headers.location),
      );
      await other.provider.stop();

      const callback = `${CALLBACK}?code=c&state=${state.searchParams.get('state')}`;
      expect(form.status).toBe(200);
      expect((await outside.open(callback)).json()).toMatchObject({ status: 401, code: 'login_failed' });
      expect((await inside.open(PAGE)).status).toBe(200);
      expect((await outside.fetch(PAGE, { headers: { 'x-api-key': key } })).status).toBe(200);
    });
  });

  test('beside client certificates: each is a way in, and both at once are ambiguous', async () => {
    const authority = await makeTestAuthority();
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-both-'));
    const caFile = join(dir, 'ca.pem');
    await writeFile(caFile, authority.ca);
    const mtls = { caFile, rules: [{ subject: { CN: '{client}' }, client: '{client}' }] };
    try {
      await withGateway({ set: [`identity.mtls=${JSON.stringify(mtls)}`] }, async (other) => {
        const browser = other.browser();
        expect((await other.login(browser, ALICE)).status).toBe(200);
        const certificate = await authority.issue({ subject: 'CN=service-b' });
        const cookie = [...(browser.cookies.get(PUBLIC_URL)?.values() ?? [])]
          .map(({ name, value }) => `${name}=${value}`)
          .join('; ');
        const path = '/claude/status/1';
        expect((await send(other.envoy.tlsUrl, { path, certificate })).status).toBe(200);
        const both = await send(other.envoy.tlsUrl, { path, certificate, headers: { cookie } });
        expect(both.json()).toMatchObject({ status: 401, code: 'ambiguous_credentials' });
      });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe("the callers' page", () => {
  const CALLERS_PAGE = `${PUBLIC_URL}/claude/dashboard`;

  test('opens without a login, for who has a key', async () => {
    const page = await gateway.browser().open(CALLERS_PAGE);
    expect(page).toMatchObject({ status: 200, url: CALLERS_PAGE });
    expect(gateway.stubs.requests).toMatchObject([{ method: 'GET', url: '/claude/dashboard' }]);
  });

  test('is where a browser is after the login that it offers', async () => {
    const browser = gateway.browser();
    const form = await browser.open(`${CALLERS_PAGE}/login`);
    expect(isAtProvider(form)).toBe(true);
    expect(await browser.submit(form, { account: ALICE })).toMatchObject({ status: 200, url: CALLERS_PAGE });
    expect(await browser.fetch(`${PUBLIC_URL}/claude/jobs`)).toMatchObject({ status: 200 });
  });

  test('learns whether there is a login without beginning one', async () => {
    const browser = gateway.browser();
    const answer = await browser.fetch(`${CALLERS_PAGE}/login`);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`${PUBLIC_URL}/claude/dashboard`);
    expect(browser.cookieNames(PUBLIC_URL)).toEqual([]);
  });

  test('leads to the end of a login', async () => {
    const answer = await (await loggedIn()).fetch(`${CALLERS_PAGE}/logout`);
    expect(answer).toMatchObject({ status: 302 });
    expect(answer.headers.location).toBe(`${PUBLIC_URL}/oauth2/sign_out`);
  });
});
