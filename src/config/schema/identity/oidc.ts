import { z } from 'zod';
import {
  DIRECTORY_PATTERN,
  isEveryDirectory,
  issuerProblem,
  type LoginProvider,
  PROVIDERS,
  providerEndpoints,
} from '../../identity-provider.ts';
import { duration, filePath } from '../../units.ts';
import { isSecureAddress, secureAddress } from '../web-address.ts';
import { subjectShape } from './claims.ts';

const origin = z.string().refine((text) => isSecureAddress(text) && new URL(text).origin === text, {
  error: 'expected an https:// address without a path, such as https://gatehouse.example.org',
});

const path = z.string().regex(/^\/[A-Za-z0-9/_-]+$/, 'expected a path such as /oauth2/callback');

const emailDomain = z
  .string()
  .regex(
    /^(\*|(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)$/,
    'expected a domain in lower case such as example.org, or * for any',
  );

export const oidcSchema = z
  .strictObject({
    provider: z
      .enum(PROVIDERS)
      .optional()
      .describe('whose endpoints and claims are known; without it endpoints are needed'),
    issuer: secureAddress().describe('the `iss` of its ID tokens, letter for letter'),
    directories: z
      .array(z.string().regex(DIRECTORY_PATTERN, 'expected a directory (tenant) id in lower case'))
      .min(1)
      .optional()
      .describe('with Entra and /organizations/: the directories (tenants) whose accounts may log in'),
    publicUrl: origin.describe(
      'how browsers reach the TLS listener: where they come back to after the login',
    ),
    clientId: z.string().min(1).describe('by which the provider knows this installation'),
    clientSecretFile: filePath().describe("file with the client's secret, without a line break at its end"),
    clientAuthentication: z
      .enum(['body', 'basic'])
      .default('body')
      .describe('how the secret is sent to the provider: client_secret_post or client_secret_basic'),
    cookieSecretFile: filePath()
      .optional()
      .describe('random bytes that sign and encrypt cookies; the same for every Envoy. `up` makes one'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope without spaces'))
      .refine((scopes) => scopes.includes('openid'), { error: 'expected openid among the scopes' })
      .default(['openid', 'email', 'profile'])
      .describe('what is asked for; offline_access gives most providers a refresh token'),
    emailDomains: z
      .array(emailDomain)
      .min(1)
      .describe(
        'whose email addresses may log in, such as example.org; * for everyone that the provider lets in',
      ),
    algorithms: z
      .array(
        z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
      )
      .min(1)
      .default(['RS256'])
      .describe('what ID tokens may be signed with'),
    leeway: duration('5s')
      .refine(({ ms }) => ms <= 300_000, { error: 'expected at most 5m' })
      .describe("how far the provider's clock may be from ours"),
    refreshTtl: duration('7d').describe(
      'how long a browser can go without a new login, where the provider gives refresh tokens and does not say less',
    ),
    redirectPath: path.default('/oauth2/callback').describe('where the provider sends browsers back to'),
    signoutPath: path.default('/oauth2/sign_out').describe('where a browser logs out'),
    endpoints: z
      .strictObject({
        authorization: secureAddress().optional().describe('where browsers log in'),
        token: secureAddress().optional().describe('where Envoy gets tokens'),
        jwks: secureAddress().optional().describe("where the provider's keys are (RFC 7517)"),
        endSession: secureAddress()
          .optional()
          .describe('where browsers log out; without it of Gatehouse alone'),
      })
      .prefault({}),
    caFile: filePath()
      .optional()
      .describe(
        "PEM with the authorities behind the provider's certificates, where they are not public ones",
      ),
    ...subjectShape,
  })
  .superRefine((oidc, context) => {
    for (const { path, message } of problemsOf(oidc)) context.addIssue({ code: 'custom', path, message });
  })
  .optional()
  .describe("login of browsers (OpenID Connect), done by Envoy's oauth2 filter; without it there is none");

function problemsOf(
  login: LoginProvider & { redirectPath: string; signoutPath: string },
): { path: string[]; message: string }[] {
  const problems: { path: string[]; message: string }[] = [];
  const issuer = issuerProblem(login);
  if (issuer !== undefined) problems.push({ path: ['issuer'], message: issuer });
  if (isEveryDirectory(login) !== (login.directories !== undefined)) {
    const message = isEveryDirectory(login)
      ? 'expected the directories whose accounts may log in, since /organizations/ stands for all there are'
      : 'expected directories only with the provider entra and an issuer with /organizations/';
    problems.push({ path: ['directories'], message });
  }
  // An address that is refused may hold a password, and no endpoint follows from it.
  if (issuer === undefined && isSecureAddress(login.issuer)) {
    const known = providerEndpoints(login);
    for (const part of ['authorization', 'token', 'jwks'] as const) {
      if (known[part] !== undefined) continue;
      const message = `expected an address; ${login.issuer}/.well-known/openid-configuration has it`;
      problems.push({ path: ['endpoints', part], message });
    }
  }
  if (login.redirectPath === login.signoutPath) {
    problems.push({ path: ['signoutPath'], message: 'expected another path than redirectPath' });
  }
  return problems;
}
