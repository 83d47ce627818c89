/** Cookies do not keep ports apart, so what else listens on the same host sees this name, and must not take it for its own. */
const NAME = 'gatehouse_admin';

/** The session's id in a Cookie header (RFC 6265, section 4.2). */
export function readSessionCookie(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === NAME) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * The Set-Cookie header of a session: no script reads it, and no page of another site has it sent.
 * @param expiresAtMs milliseconds since the epoch; 0 takes it away
 * @param isSecure whether the browser came by TLS
 */
export function sessionCookie(id: string, expiresAtMs: number, isSecure: boolean): string {
  const attributes = [
    'Path=/',
    `Expires=${new Date(expiresAtMs).toUTCString()}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [`${NAME}=${id}`, ...attributes, ...(isSecure ? ['Secure'] : [])].join('; ');
}
