interface Issuer {
  clientPrefix: string;
}

/** Who names clients: the issuers of all kinds of tokens. */
export interface Issuers {
  jwt: { issuers: Issuer[] };
  introspection?: Issuer | undefined;
  oidc?: Issuer | undefined;
}

/**
 * Of two different prefixes none may begin with the other, and none may stand beside an empty one: a subject at the issuer
 * with the shorter one could begin with the rest of the longer one, and so become another issuer's client.
 */
export function clientPrefixProblems({
  jwt,
  introspection,
  oidc,
}: Issuers): { path: (string | number)[]; message: string }[] {
  const issuers = [
    ...jwt.issuers.map(({ clientPrefix }, index) => ({ clientPrefix, path: ['jwt', 'issuers', index] })),
    ...(introspection ? [{ ...introspection, path: ['introspection'] }] : []),
    ...(oidc ? [{ ...oidc, path: ['oidc'] }] : []),
  ];
  return issuers.flatMap(({ clientPrefix, path }) => {
    const longer = issuers.find(
      (other) => other.clientPrefix !== clientPrefix && other.clientPrefix.startsWith(clientPrefix),
    );
    if (longer === undefined) return [];
    const message =
      clientPrefix === ''
        ? `expected a prefix, as another issuer has one ("${longer.clientPrefix}")`
        : `expected a prefix with which that of no other issuer begins ("${longer.clientPrefix}")`;
    return [{ path: ['identity', ...path, 'clientPrefix'], message }];
  });
}
