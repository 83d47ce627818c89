import { isIP } from 'node:net';
import { Alias, type Document, Scalar } from 'yaml';
import { type Config, providerEndpoints } from '../config/index.ts';
import { insertBefore, itemNamed, listAt, mapAt } from './node.ts';
import { readTemplate } from './read-template.ts';

type Oidc = NonNullable<Config['identity']['oidc']>;

/** Where Debian, and with it Envoy's own images, keep the public authorities. */
const PUBLIC_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Routes without a login: open to everybody, or nothing behind them. Others share the settings of the second. */
const WITHOUT_LOGIN = ['page', 'open', 'open-other-methods'];

/**
 * Has browsers log in.
 * @throws Error when there is no identity.oidc.cookieSecretFile, which `gatehouse up` makes
 */
export async function addBrowserLogin(bootstrap: Document, oidc: Oidc): Promise<void> {
  const fragment = await loginBlocks(oidc);
  const resources = mapAt(bootstrap, 'static_resources');
  const manager = mapAt(resources, 'listeners', 0, 'filter_chains', 0, 'filters', 0, 'typed_config');
  const routes = listAt(manager, 'route_config', 'virtual_hosts', 0, 'routes');

  resources.set('secrets', listAt(fragment, 'secrets'));
  listAt(resources, 'clusters').items.push(mapAt(fragment, 'cluster'));
  const filters = listAt(fragment, 'filters').items;
  insertBefore(listAt(manager, 'http_filters'), 'envoy.filters.http.buffer', ...filters);
  insertBefore(routes, 'page', ...listAt(fragment, 'pageRoutes').items);
  insertBefore(routes, 'tunnel', ...listAt(fragment, 'routes').items);
  for (const name of WITHOUT_LOGIN) {
    const settings = mapAt(itemNamed(routes, name), 'typed_per_filter_config');
    settings.set('envoy.filters.http.oauth2', new Alias('off'));
  }
  // Behind the first mapper, which is for what authz and the rate limit service wrote themselves.
  listAt(manager, 'local_reply_config', 'mappers').items.splice(1, 0, mapAt(fragment, 'local_reply'));
}

/** The blocks of envoy/oidc.yaml, without those that this provider does not need. */
async function loginBlocks(oidc: Oidc): Promise<Document> {
  const { publicUrl, redirectPath, signoutPath, cookieSecretFile } = oidc;
  if (cookieSecretFile === undefined) {
    throw new Error(
      'identity.oidc.cookieSecretFile is missing: name a file with 32 random bytes or more, such as `openssl rand -hex 32` prints.',
    );
  }
  const { authorization = '', token = '', endSession } = providerEndpoints(oidc);
  const tokenUrl = new URL(token);
  const tokenHost = bareHost(tokenUrl);
  const fragment = await readTemplate('oidc.yaml', {
    publicUrl,
    publicHost: bareHost(new URL(publicUrl)),
    redirectPath,
    signoutPath,
    clientId: oidc.clientId,
    clientSecretFile: oidc.clientSecretFile,
    cookieSecretFile,
    authType: oidc.clientAuthentication === 'basic' ? 'BASIC_AUTH' : 'URL_ENCODED_BODY',
    scope: '',
    refreshTtl: `${Math.ceil(oidc.refreshTtl.ms / 1000)}s`,
    'endpoints.authorization': authorization,
    'endpoints.token': token,
    'endpoints.endSession': endSession ?? '',
    'token.host': tokenHost,
    'token.hostType': isIP(tokenHost) === 0 ? 'DNS' : 'IP_ADDRESS',
    'token.port': Number(tokenUrl.port) || (tokenUrl.protocol === 'https:' ? 443 : 80),
    caFile: oidc.caFile ?? PUBLIC_AUTHORITIES,
  });
  const settings = mapAt(fragment, 'filters', 0, 'typed_config', 'config');
  listAt(settings, 'auth_scopes').items = oidc.scopes.map(quoted);
  if (endSession === undefined) {
    settings.delete('end_session_endpoint');
    settings.delete('post_logout_redirect_uri');
  }
  const cluster = mapAt(fragment, 'cluster');
  if (tokenUrl.protocol === 'http:') cluster.delete('transport_socket');
  else if (isIP(tokenHost) !== 0) mapAt(cluster, 'transport_socket', 'typed_config').delete('sni');
  return fragment;
}

/** As Envoy wants it: an IPv6 address without brackets. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
