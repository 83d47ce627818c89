import { z } from 'zod';
import { hostPort } from '../units.ts';

export const listenSchema = z
  .strictObject({
    envoyHttp: hostPort().prefault('127.0.0.1:8080').describe("Envoy's plain HTTP listener"),
    envoyTls: hostPort().prefault('127.0.0.1:8443').describe("Envoy's TLS listener, HTTP/1.1 and HTTP/2"),
    envoyAdmin: hostPort()
      .prefault('127.0.0.1:9901')
      .describe("Envoy's own admin interface; keep it on loopback"),
    envoyMetrics: hostPort()
      .prefault('127.0.0.1:9902')
      .describe("Envoy's /stats/prometheus, and nothing else of its admin interface"),
    authz: hostPort().prefault('127.0.0.1:9001').describe('external authorization, gRPC'),
    authzHttp: hostPort()
      .prefault('127.0.0.1:9002')
      .describe('/health, /ready and /metrics of external authorization; keep it on loopback'),
    ratelimit: hostPort().prefault('127.0.0.1:8081').describe('rate limit service, gRPC'),
    ratelimitHttp: hostPort()
      .prefault('127.0.0.1:8082')
      .describe('rate limit service, HTTP: /json, /healthcheck, /health, /ready, /metrics'),
    api: hostPort().prefault('127.0.0.1:9000').describe('the HTTP API behind Envoy'),
    apiHttp: hostPort()
      .prefault('127.0.0.1:9004')
      .describe('/health, /ready and /metrics of the api; keep it on loopback'),
    workerHttp: hostPort()
      .prefault('127.0.0.1:9003')
      .describe('/health, /ready and /metrics of the worker; keep it on loopback'),
    admin: hostPort()
      .prefault('127.0.0.1:9900')
      .describe('the dashboard and the admin API; it wants a token: see admin.tokenFile'),
  })
  .prefault({});
