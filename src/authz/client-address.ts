import { isIP } from 'node:net';

/**
 * The address of whoever called, as Envoy itself determines it with `use_remote_address` and
 * `xff_num_trusted_hops`. Envoy hands the connection's peer over as `source`, also behind trusted proxies (measured
 * on 1.40), and has appended that peer to X-Forwarded-For by then. So the entry that the outermost trusted proxy wrote
 * is counted from the right; what a caller made up stands to the left of it and is never reached.
 * https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/http/http_conn_man/headers#x-forwarded-for
 * @param peer address of the connection's other end
 * @param forwardedFor X-Forwarded-For as Envoy sends it on
 * @param trustedHops proxies in front of Envoy that append to X-Forwarded-For
 * @returns the peer where the entry is missing or no address, as Envoy does
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trustedHops: number): string {
  if (trustedHops === 0 || forwardedFor === undefined) return peer;
  const entry = forwardedFor
    .split(',')
    .at(-1 - trustedHops)
    ?.trim();
  return entry !== undefined && isIP(entry) !== 0 ? entry : peer;
}
