import { dirname } from 'node:path';
import type { Document } from 'yaml';
import type { Config } from '../config/index.ts';
import { addPairs, mapAt } from './node.ts';
import { readTemplate } from './read-template.ts';
import { printTemplate } from './template.ts';

type Mtls = NonNullable<Config['identity']['mtls']>;

/**
 * Whose client certificates Envoy accepts, as the file that its configuration refers to. Envoy reads it again when it, or
 * a file that it names, is replaced by a rename.
 */
export async function renderClientAuthorities(mtls: Mtls): Promise<string> {
  return printTemplate(await clientAuthorities(mtls));
}

/**
 * Has the TLS listener ask for client certificates.
 * @param file where renderClientAuthorities's text is; without it the authorities become part of the configuration, and
 *   are read once
 */
export async function addClientCertificates(
  bootstrap: Document,
  mtls: Mtls,
  file: string | undefined,
): Promise<void> {
  const fragment = await readTemplate('mtls.yaml', {
    'identity.mtls.required': mtls.required,
    clientAuthoritiesFile: file ?? '',
  });
  const tls = mapAt(
    bootstrap,
    ...['static_resources', 'listeners', 0, 'filter_chains', 0, 'transport_socket', 'typed_config'],
  );
  const common = mapAt(fragment, 'common_tls_context');
  if (file === undefined) {
    const inline = mapAt(await clientAuthorities(mtls), 'resources', 0);
    common.items = inline.items.filter(({ key }) => String(key) === 'validation_context');
  }
  addPairs(mapAt(tls, 'common_tls_context'), common);
  fragment.delete('common_tls_context');
  addPairs(tls, mapAt(fragment));
}

async function clientAuthorities(mtls: Mtls): Promise<Document> {
  const document = await readTemplate('client-authorities.yaml', {
    'identity.mtls.caFile': mtls.caFile,
    'identity.mtls.crlFile': mtls.crlFile ?? '',
    folder: dirname(mtls.crlFile ?? mtls.caFile),
  });
  if (mtls.crlFile === undefined) document.deleteIn(['resources', 0, 'validation_context', 'crl']);
  return document;
}
