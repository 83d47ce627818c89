/** Where a provider does its parts of OpenID Connect. */
export interface ProviderEndpoints {
  authorization: string;
  token: string;
  jwks: string;
  /** Where a browser logs out (OpenID Connect RP-Initiated Logout 1.0); Google has none. */
  endSession?: string | undefined;
}

/** What is known of a provider, so that its issuer alone will do. */
interface IdentityProvider {
  /** Undefined when an issuer can be one of this provider's, else what was expected. */
  issuerProblem(issuer: string): string | undefined;
  endpoints(issuer: string): ProviderEndpoints;
}

export const PROVIDERS = ['entra', 'google', 'okta'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** Microsoft's own and its national clouds (learn.microsoft.com/entra/identity-platform/authentication-national-cloud). */
const ENTRA_HOST = 'login\\.(?:microsoftonline\\.com|microsoftonline\\.us|partner\\.microsoftonline\\.cn)';
const ENTRA_ISSUER = new RegExp(`^https://${ENTRA_HOST}/(${GUID}|organizations)/v2\\.0$`);
/** What a directory (tenant) is called in an issuer and in the `tid` claim. */
export const DIRECTORY_PATTERN = new RegExp(`^${GUID}$`);

/**
 * Microsoft Entra ID (learn.microsoft.com/entra/identity-platform/v2-protocols-oidc). `organizations` stands for every
 * directory: a token's issuer always has the directory's own id.
 */
const entra: IdentityProvider = {
  issuerProblem: (issuer) =>
    ENTRA_ISSUER.test(issuer)
      ? undefined
      : 'expected https://login.microsoftonline.com/DIRECTORY/v2.0, where DIRECTORY is the Directory (tenant) ID in lower case, or organizations',
  endpoints(issuer) {
    const base = issuer.replace(/\/v2\.0$/, '');
    return {
      authorization: `${base}/oauth2/v2.0/authorize`,
      token: `${base}/oauth2/v2.0/token`,
      jwks: `${base}/discovery/v2.0/keys`,
      endSession: `${base}/oauth2/v2.0/logout`,
    };
  },
};

/** accounts.google.com/.well-known/openid-configuration (developers.google.com/identity/openid-connect/reference). */
const google: IdentityProvider = {
  issuerProblem: (issuer) =>
    issuer === 'https://accounts.google.com' ? undefined : 'expected https://accounts.google.com',
  endpoints: () => ({
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    jwks: 'https://www.googleapis.com/oauth2/v3/certs',
  }),
};

/**
 * Okta: the organization's own authorization server, or a custom one such as `default`
 * (developer.okta.com/docs/reference/api/oidc, "Composing your base URL").
 */
const okta: IdentityProvider = {
  issuerProblem: (issuer) =>
    /^https:\/\/[^/?#]+(?:\/oauth2\/[A-Za-z0-9]+)?$/.test(issuer)
      ? undefined
      : 'expected https://DOMAIN or https://DOMAIN/oauth2/SERVER, such as https://example.okta.com/oauth2/default',
  endpoints(issuer) {
    const base = issuer.includes('/oauth2/') ? `${issuer}/v1` : `${issuer}/oauth2/v1`;
    return {
      authorization: `${base}/authorize`,
      token: `${base}/token`,
      jwks: `${base}/keys`,
      endSession: `${base}/logout`,
    };
  },
};

const BY_NAME: Record<ProviderName, IdentityProvider> = { entra, google, okta };

/** As identity.oidc is written. */
export interface LoginProvider {
  provider?: ProviderName | undefined;
  issuer: string;
  directories?: readonly string[] | undefined;
  endpoints: { [part in keyof ProviderEndpoints]?: string | undefined };
}

/** What is wrong with an issuer for its provider; undefined when nothing is, or any issuer will do. */
export function issuerProblem({
  provider,
  issuer,
}: Pick<LoginProvider, 'provider' | 'issuer'>): string | undefined {
  return provider && BY_NAME[provider].issuerProblem(issuer);
}

/** Whether the issuer stands for every directory of Entra, so that those that may log in must be listed. */
export function isEveryDirectory({ provider, issuer }: Pick<LoginProvider, 'provider' | 'issuer'>): boolean {
  return provider === 'entra' && issuer.endsWith('/organizations/v2.0');
}

/** Endpoints of a provider: those that are written down go over those that are known. */
export function providerEndpoints(login: LoginProvider): Partial<ProviderEndpoints> {
  const known = login.provider && BY_NAME[login.provider].endpoints(login.issuer);
  const written = Object.entries(login.endpoints).filter(([, address]) => address !== undefined);
  return { ...known, ...Object.fromEntries(written) };
}

/** Whose ID tokens count, and where each one's keys are: one issuer, or with Entra one for each listed directory. */
export function tokenIssuers(login: LoginProvider): { issuer: string; jwksUri: string }[] {
  const issuers = isEveryDirectory(login)
    ? (login.directories ?? []).map((id) => login.issuer.replace('/organizations/', `/${id}/`))
    : [login.issuer];
  return issuers.map((issuer) => ({
    issuer,
    jwksUri: providerEndpoints({ ...login, issuer }).jwks ?? '',
  }));
}
