import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

export interface TestProviderOptions {
  /** Where it may send browsers back to. */
  redirectUri: string;
  postLogoutRedirectUri: string;
  /** How the client has to send its secret. */
  clientAuthentication?: 'client_secret_post' | 'client_secret_basic';
  clientSecret?: string;
  /** Files for https; without them http. */
  tls?: { certFile: string; keyFile: string };
}

export interface TestProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  endpoints: { authorization: string; token: string; jwks: string; endSession: string };
  /** Seconds that tokens last which are issued from now on. */
  ttl: { accessToken: number; idToken: number };
  /** Claims of an account besides its sub, by its name. */
  claims: (account: string) => Record<string, unknown>;
  /** Paths that were asked for, without their queries. */
  requests: string[];
  /** No longer answers. */
  stop(): Promise<void>;
}

const SCOPES = 'openid email profile offline_access';

/** A real OpenID provider, on a free port of loopback; its login page asks for an account's name and nothing else. */
export async function startTestProvider(options: TestProviderOptions): Promise<TestProvider> {
  const server = options.tls
    ? createTlsServer({
        cert: await readFile(options.tls.certFile),
        key: await readFile(options.tls.keyFile),
      })
    : createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const provider: TestProvider = {
    issuer,
    clientId: 'gatehouse',
    // With what a form has to encode.
    clientSecret: options.clientSecret ?? 'secret:/with&all=that+is?~',
    endpoints: {
      authorization: `${issuer}/auth`,
      token: `${issuer}/token`,
      jwks: `${issuer}/jwks`,
      endSession: `${issuer}/session/end`,
    },
    ttl: { accessToken: 3600, idToken: 3600 },
    claims: (account) => ({ email: account, email_verified: true }),
    requests: [],
    async stop() {
      if (!server.listening) return;
      const gone = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await gone;
    },
  };
  const oidc = await quietly(() => makeProvider(provider, options));
  const handle = oidc.callback();
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    provider.requests.push(path);
    if (!path.startsWith('/interaction/')) return void handle(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      return void response.end(`<form method="post" action="${path}"><input name="account"></form>`);
    }
    const accountId = new URLSearchParams(await text(request)).get('account') ?? '';
    await oidc.interactionFinished(request, response, { login: { accountId } });
  });
  return provider;
}

async function makeProvider(provider: TestProvider, options: TestProviderOptions): Promise<Provider> {
  const { Provider } = await import('oidc-provider');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(provider.issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'key-1' }] },
    clients: [
      {
        client_id: provider.clientId,
        client_secret: provider.clientSecret,
        redirect_uris: [options.redirectUri],
        post_logout_redirect_uris: [options.postLogoutRedirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: options.clientAuthentication ?? 'client_secret_post',
      },
    ],
    findAccount: (_context: KoaContextWithOIDC, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...provider.claims(id) }),
    }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['hd'] },
    conformIdTokenClaims: false,
    // Whoever logs in agrees to everything.
    async loadExistingGrant({ oidc }: KoaContextWithOIDC) {
      const { accountId } = oidc.session ?? {};
      if (oidc.client === undefined || accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId });
      grant.addOIDCScope(SCOPES);
      await grant.save();
      return grant;
    },
    issueRefreshToken: async () => true,
    pkce: { required: () => true },
    interactions: { url: (_context: KoaContextWithOIDC, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context: KoaContextWithOIDC, form: string) {
          context.body = form;
        },
      },
    },
    cookies: { keys: ['of a test'] },
    ttl: {
      AccessToken: () => provider.ttl.accessToken,
      IdToken: () => provider.ttl.idToken,
      ...Object.fromEntries(['Grant', 'Interaction', 'RefreshToken', 'Session'].map((kind) => [kind, 3600])),
    },
  });
}

/** The library warns of what is right for a test alone. */
async function quietly<T>(make: () => Promise<T>): Promise<T> {
  const { warn, info } = console;
  Object.assign(console, { warn() {}, info() {} });
  try {
    return await make();
  } finally {
    Object.assign(console, { warn, info });
  }
}
