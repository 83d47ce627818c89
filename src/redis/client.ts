import type { Cluster, Redis as Single } from 'ioredis';

export type Redis = Single | Cluster;
