import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestAuthz, type TestAuthz } from './authz.ts';
import { type Page, TestBrowser } from './browser.ts';
import { startTestEnvoy, type TestEnvoy } from './envoy.ts';
import { type StubUpstreams, startStubUpstreams } from './envoy-upstreams.ts';
import { startTestProvider, type TestProvider, type TestProviderOptions } from './identity-provider.ts';

/** What browsers call Envoy's TLS listener. */
export const PUBLIC_URL = 'https://gatehouse.example.org';

export interface LoginGateway {
  provider: TestProvider;
  authz: TestAuthz;
  envoy: TestEnvoy;
  stubs: StubUpstreams;
  /** A browser that nobody has used yet. */
  browser(): TestBrowser;
  /** Opens a page, and logs in where it is asked to. */
  login(browser: TestBrowser, account: string, url?: string): Promise<Page>;
  close(): Promise<void>;
}

export interface LoginGatewayOptions {
  provider?: Partial<TestProviderOptions>;
  /** Goes over identity.oidc. */
  oidc?: object | ((provider: TestProvider) => object);
  /** As --set, for Envoy and authz. */
  set?: readonly string[];
}

/** A real provider, and the real authz behind the real Envoy, in front of an api that records what reaches it. */
export async function startLoginGateway(options: LoginGatewayOptions = {}): Promise<LoginGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-login-'));
  const provider = await startTestProvider({
    redirectUri: `${PUBLIC_URL}/oauth2/callback`,
    postLogoutRedirectUri: `${PUBLIC_URL}/`,
    ...options.provider,
  });
  await writeFile(join(dir, 'client.secret'), provider.clientSecret);
  await writeFile(join(dir, 'cookie.secret'), '0123456789abcdef0123456789abcdef');
  const oidc = {
    issuer: provider.issuer,
    endpoints: provider.endpoints,
    publicUrl: PUBLIC_URL,
    clientId: provider.clientId,
    clientSecretFile: join(dir, 'client.secret'),
    cookieSecretFile: join(dir, 'cookie.secret'),
    emailDomains: ['example.org'],
    ...(typeof options.oidc === 'function' ? options.oidc(provider) : options.oidc),
  };
  const set = [`identity.oidc=${JSON.stringify(oidc)}`, ...(options.set ?? [])];
  const stubs = await startStubUpstreams();
  const authz = await startTestAuthz(...set);
  const upstreams = { ...stubs.addresses, authz: { host: '127.0.0.1', port: authz.port } };
  const envoy = await startTestEnvoy({ upstreams, set });
  const browsers: TestBrowser[] = [];
  return {
    provider,
    authz,
    envoy,
    stubs,
    browser() {
      const browser = new TestBrowser({ [PUBLIC_URL]: envoy.tlsUrl });
      browsers.push(browser);
      return browser;
    },
    async login(browser, account, url = `${PUBLIC_URL}/claude/status/1`) {
      const page = await browser.open(url);
      return page.text.includes('name="account"') ? browser.submit(page, { account }) : page;
    },
    async close() {
      await Promise.all(browsers.map((browser) => browser.close()));
      await envoy.close();
      await authz.close();
      await stubs.close();
      await provider.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
