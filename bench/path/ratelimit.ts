import { join } from 'node:path';
import { startTestRedis } from '../../test/support/redis.ts';
import { writeMessages } from '../load/message-file.ts';
import { RATE_LIMIT_METHOD, RULES, rateLimitRequests } from '../load/ratelimit-requests.ts';
import { startEnvoyproxy, startGatehouse } from '../ratelimit/service.ts';
import type { PinnedService } from '../service/pinned.ts';
import { note } from '../service/rounds.ts';
import { rssMb } from '../service/rss.ts';
import { type Bench, benchAt, benchLoad, IN_FLIGHT, type ServiceName, warmUpCallsAt } from './bench.ts';

const TRAFFIC = { hot: 1, zipf: 100_000 };
const LIMITS = 2;
const SEED = 20_260_101;
/** At one in flight each call takes a round trip, which is long beside its CPU. */
const callsAt = (inFlight: number) => (inFlight === 1 ? 4_000 : 15_000);
/** Until V8 has compiled what it will. */
const WARM_UP_CALLS = 60_000;

/** ShouldRateLimit of two descriptors. */
export async function benchRatelimit(bench: Bench): Promise<void> {
  const redis = await startTestRedis({ appendOnly: false });
  bench.closers.push(redis.close);
  const services: PinnedService<ServiceName>[] = [];
  const add = (name: ServiceName, service: PinnedService) => {
    bench.closers.push(service.close);
    services.push({ ...service, name });
  };
  add('fast', await startGatehouse(redis, RULES, 'fast'));
  add('grpcJs', await startGatehouse(redis, RULES, 'grpc-js'));
  const peer = await startEnvoyproxy(redis, RULES);
  if ('missing' in peer) note(`envoyproxy/ratelimit is not measured: ${peer.missing}`);
  else add('go', peer);

  const job = { method: RATE_LIMIT_METHOD, numbered: false };
  for (const [kind, clients] of Object.entries(TRAFFIC)) {
    const file = join(bench.dir, kind);
    const requests = rateLimitRequests({ limits: LIMITS, clients, calls: WARM_UP_CALLS, seed: SEED });
    await writeMessages(file, requests);
    for (const { port } of services) {
      await bench.sender.send({ ...job, file, port, inFlight: 64, warmUpCalls: 1, calls: WARM_UP_CALLS });
    }
    for (const inFlight of IN_FLIGHT) {
      const calls = callsAt(inFlight);
      const load = { ...job, file, inFlight, calls, warmUpCalls: warmUpCallsAt(inFlight, calls) };
      await benchLoad(benchAt(inFlight, bench), `${kind}${inFlight}`, services, redis, async () => {
        await redis.empty();
        return load;
      });
    }
  }
  bench.figures.ratelimitRssMb = rssMb(services[0]?.pid ?? 0);
}
