import type { Config } from '../../config/index.ts';
import { type GrpcStream, openStream } from '../../grpc/index.ts';
import { RulesError } from '../../rule-files/index.ts';
import type { FailureLog } from '../../telemetry/index.ts';
import type { LiveRules } from '../rules/live-rules.ts';
import type { LoadOptions } from '../rules/load.ts';
import { type Resource, rulesOfResources, TYPE_URL } from './rate-limit-config.ts';
import { struct } from './struct.ts';

export interface FollowXdsOptions {
  config: Config['ratelimit']['xds'];
  load: LoadOptions;
  live: LiveRules;
  failures: FailureLog;
  /** From 0 to below 1. */
  random?: () => number;
}

export interface XdsFollower {
  close(): void;
}

interface DiscoveryResponse {
  version_info: string;
  nonce: string;
  type_url: string;
  resources: Resource[];
}

/** google.rpc.Code.INVALID_ARGUMENT, as go-control-plane's client sends it. */
const INVALID_ARGUMENT = 3;

/**
 * Takes rules from a management server: state of the world over the aggregated discovery service
 * (https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol). A set that cannot be used is refused with its
 * reasons and changes nothing; while the server is away the last good one stays in force, and it is tried again and
 * again, with waits that double up to config.retryUpTo.
 */
export function followXds(options: FollowXdsOptions): XdsFollower {
  const { config, load, live, failures, random = Math.random } = options;
  const { tls } = config;
  let stream: GrpcStream | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failedInARow = 0;
  let closed = false;
  /** Of the last good set; the protocol wants it in every request. */
  let version = '';

  const connect = async () => {
    try {
      const opened = await openStream({
        ...config.server,
        tls: tls.enabled ? tls : undefined,
        metadata: config.headers,
        maxReceiveBytes: config.maxMessage.bytes,
        proto: 'envoy/service/discovery/v3/discovery.proto',
        service: 'envoy.service.discovery.v3.AggregatedDiscoveryService',
        method: 'StreamAggregatedResources',
        onMessage: (message) => take(opened, message as DiscoveryResponse),
        onEnd: failed,
      });
      if (closed) {
        opened.close();
        return;
      }
      stream = opened;
      const node = { id: config.nodeId, metadata: struct(config.nodeMetadata) };
      opened.send({ node, type_url: TYPE_URL, version_info: version });
    } catch (error) {
      failed(error as Error);
    }
  };

  const take = (opened: GrpcStream, response: DiscoveryResponse) => {
    failedInARow = 0;
    failures.succeeded();
    const answer = { type_url: TYPE_URL, response_nonce: response.nonce };
    try {
      live.take(rulesOfResources(response.resources, load), response.version_info);
      version = response.version_info;
      opened.send({ ...answer, version_info: version });
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      live.refuse(error.problems, response.version_info);
      const error_detail = { code: INVALID_ARGUMENT, message: error.message };
      opened.send({ ...answer, version_info: version, error_detail });
    }
  };

  const failed = (error: Error) => {
    stream = undefined;
    if (closed) return;
    failures.failed(error);
    const longestMs = Math.min(config.retryFrom.ms * 2 ** Math.min(failedInARow, 30), config.retryUpTo.ms);
    failedInARow += 1;
    retry = setTimeout(() => void connect(), longestMs * (0.5 + random() / 2));
  };

  void connect();
  return {
    close() {
      closed = true;
      clearTimeout(retry);
      stream?.close();
    },
  };
}
