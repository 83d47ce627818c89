import type { Cluster, Redis as Single } from 'ioredis';

/** A connection, whether to one Redis or to the nodes of a cluster: commands are the same for both. */
export type Redis = Single | Cluster;
