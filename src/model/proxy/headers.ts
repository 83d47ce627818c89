import type { IncomingHttpHeaders } from 'node:http';

/**
 * What goes on to the provider. A list of what is allowed, because the sender is whatever runs in the sandbox:
 * credentials of any name, cookies and hop-by-hop fields stay behind.
 */
const TO_PROVIDER = new Set(['accept', 'anthropic-beta', 'anthropic-version', 'user-agent', 'x-app']);
const TO_PROVIDER_PREFIXES = ['x-stainless-', 'x-claude-code-'];

/** What belongs to one connection (RFC 9110 section 7.6.1), or is nothing to a worker. */
const NOT_TO_WORKER = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The provider's answer must come uncompressed, or its tokens could not be counted on the way. */
export function headersToProvider(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const allowed = TO_PROVIDER.has(name) || TO_PROVIDER_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (allowed && typeof value === 'string') kept[name] = value;
  }
  kept['content-type'] = 'application/json';
  kept['accept-encoding'] = 'identity';
  return kept;
}

/** Everything that the provider sent but what belongs to its connection with us. */
export function headersToWorker(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !NOT_TO_WORKER.has(name)) kept[name] = value;
  }
  return kept;
}
