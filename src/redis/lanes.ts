import slotOf from 'cluster-key-slot';
import type { Cluster } from 'ioredis';
import type { Redis } from './client.ts';

/** How keys are spread over the nodes of a cluster. */
export interface ClusterLanes {
  /** The hash slot of a key: one script may touch keys of one slot only. */
  laneOf(key: string): number;
  /** `host:port` of the slot's master, as far as it is known; empty where it is not. */
  nodeOf(slot: number): string;
}

/** @returns undefined for a connection to one Redis, where a script may touch any keys */
export function clusterLanes(redis: Redis): ClusterLanes | undefined {
  if (!redis.isCluster) return undefined;
  const cluster = redis as Cluster;
  return { laneOf: slotOf, nodeOf: (slot) => cluster.slots[slot]?.[0] ?? '' };
}
