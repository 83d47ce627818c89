import { expect, test } from 'vitest';
import { readRedisInfo } from './redis-info.ts';

const INFO = `# Server\r
redis_version:7.2.4\r
redis_mode:standalone\r
# Clients\r
connected_clients:12\r
used_memory:1048576\r
maxmemory:0\r
maxmemory_policy:noeviction\r
instantaneous_ops_per_sec:7\r
role:master\r
`;

test('what INFO says is read, and no bound is none', () => {
  expect(readRedisInfo(INFO, 0.5)).toEqual({
    ...{ version: '7.2.4', mode: 'standalone', role: 'master', clients: 12, opsPerS: 7, latencyMs: 0.5 },
    ...{ usedBytes: 1_048_576, maxBytes: null, evictionPolicy: 'noeviction' },
  });
  expect(readRedisInfo(INFO.replace('maxmemory:0', 'maxmemory:5'), 0).maxBytes).toBe(5);
});
