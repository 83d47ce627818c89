import { z } from 'zod';

const LOOPBACK_NAMES = new Set(['localhost', '[::1]']);

/** Whether a host of a URL, or of a listener, is this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_NAMES.has(host) || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether what is fetched from an address cannot be changed on its way: https, or http within this machine. */
export function isSecureAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, hash } = new URL(address);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/** An https address; http is for loopback only. */
export function secureAddress() {
  return z.string().refine(isSecureAddress, {
    error: 'expected an https:// address without a password (http:// only for loopback)',
  });
}
