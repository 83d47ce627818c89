import type { IncomingHttpHeaders } from 'node:http';
import { clientAddress } from '../../authz/index.ts';

/** A request, as far as it tells whence it comes. */
export interface Origin {
  /** Of the connection's other end. */
  ip: string;
  headers: IncomingHttpHeaders;
}

/**
 * Whence a request comes, found as for callers of Envoy. Envoy appends its peer to X-Forwarded-For before it is asked;
 * here nobody has.
 * @param trustedHops proxies in front of the admin port, each of which appends whom it was asked by
 */
export function callerAddress({ ip, headers }: Origin, trustedHops: number): string {
  const forwardedFor = headers['x-forwarded-for']?.toString();
  return clientAddress(ip, forwardedFor && `${forwardedFor},${ip}`, trustedHops);
}
