import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const PEER = '127.0.0.5';

test('without trusted proxies it is the connection’s, whatever X-Forwarded-For says', () => {
  expect(clientAddress(PEER, undefined, 0)).toBe(PEER);
  expect(clientAddress(PEER, `203.0.113.9,${PEER}`, 0)).toBe(PEER);
});

// What Envoy 1.40 put into x-envoy-external-address for the same headers and xff_num_trusted_hops.
test.each([
  [1, '127.0.0.5', PEER],
  [1, '203.0.113.9,127.0.0.5', '203.0.113.9'],
  [1, '198.51.100.1, 203.0.113.9,127.0.0.5', '203.0.113.9'],
  [1, '6.6.6.6, nonsense,127.0.0.5', PEER],
  [2, '203.0.113.9,127.0.0.5', PEER],
  [2, '198.51.100.1, 203.0.113.9,127.0.0.5', '198.51.100.1'],
  [2, '198.51.100.1, 203.0.113.9, 10.0.0.1,127.0.0.5', '203.0.113.9'],
  [2, '2001:db8::1, 203.0.113.9,127.0.0.5', '2001:db8::1'],
])('behind %d trusted proxies, %j gives %s', (trustedHops, forwardedFor, address) => {
  expect(clientAddress(PEER, forwardedFor, trustedHops)).toBe(address);
});

test('what a caller writes in front of the trusted entries changes nothing', () => {
  for (const forged of ['', '10.0.0.1, ', '10.0.0.1,'.repeat(50)]) {
    expect(clientAddress(PEER, `${forged}203.0.113.9,${PEER}`, 1)).toBe('203.0.113.9');
  }
});
