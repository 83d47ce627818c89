import { domainToASCII } from 'node:url';
import type { Config } from '../../config/index.ts';
import type { Claims } from '../claims/read.ts';

type Provider = NonNullable<Config['identity']['oidc']>['provider'];

/**
 * The domain that an account belongs to by what its provider vouches for: in lower case, undefined where it vouches for
 * none. An address that an account's owner may have made up is not enough.
 * @param email of the account; undefined where the provider says that it is not verified
 */
export function accountDomain(
  provider: Provider,
  claims: Claims,
  email: string | undefined,
): string | undefined {
  switch (provider) {
    case 'google':
      return googleDomain(claims, email);
    case 'entra':
      // Entra has no email_verified. Within one directory its administrators are who say; that other directories cannot
      // is why they are listed. xms_edov, where the application asks for it, tells of an address that nobody verified
      // (learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization).
      return isDenied(claims.xms_edov) ? undefined : domainOf(email);
    case 'okta':
      // ID tokens that come with an access token leave email_verified out; the organization says whose address it is.
      return domainOf(email);
    case undefined:
      // OpenID Connect Core 1.0, section 5.1.
      return claims.email_verified === true ? domainOf(email) : undefined;
  }
}

/**
 * Google vouches for an address of an organization that it has as a customer, which the `hd` claim names, and for its
 * own gmail.com; with any other address an account can have been made by whoever could read its mail once
 * (developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload).
 */
function googleDomain({ hd, email_verified }: Claims, email: string | undefined): string | undefined {
  if (email_verified !== true) return undefined;
  if (typeof hd === 'string') return ascii(hd);
  const domain = domainOf(email);
  return domain === 'gmail.com' ? domain : undefined;
}

function isDenied(claim: unknown): boolean {
  return claim === false || claim === 0 || claim === '0' || claim === 'false';
}

function domainOf(email: string | undefined): string | undefined {
  return email === undefined ? undefined : ascii(email.slice(email.lastIndexOf('@') + 1));
}

/** What ends or escapes a host in a URL: domainToASCII would take `example.org/else` for example.org. */
const NO_PART_OF_A_DOMAIN = /[/?#\\%:\s]/;

function ascii(domain: string): string | undefined {
  if (NO_PART_OF_A_DOMAIN.test(domain)) return undefined;
  const text = domainToASCII(domain).toLowerCase();
  return text === '' ? undefined : text;
}
