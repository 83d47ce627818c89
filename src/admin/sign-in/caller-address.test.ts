import { expect, test } from 'vitest';
import { callerAddress } from './caller-address.ts';

test.each([
  [0, undefined, '10.0.0.1'],
  [0, '203.0.113.9', '10.0.0.1'],
  [1, undefined, '10.0.0.1'],
  [1, '203.0.113.9', '203.0.113.9'],
  [1, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  [1, '6.6.6.6, not an address', '10.0.0.1'],
  [2, '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  [2, '203.0.113.9', '10.0.0.1'],
])('behind %d proxies, with X-Forwarded-For %j, it comes from %s', (trustedHops, forwardedFor, address) => {
  const headers = { 'x-forwarded-for': forwardedFor };
  expect(callerAddress({ ip: '10.0.0.1', headers }, trustedHops)).toBe(address);
});
