import { loadDigest } from '../../audit/index.ts';
import { messageReader } from '../../grpc/index.ts';
import type { Json } from '../../rule-files/index.ts';
import { type RuleProblem, RulesError } from '../../rule-files/index.ts';
import { compileRules } from '../rules/compile.ts';
import type { LoadedRules, LoadOptions } from '../rules/load.ts';
import { parseRuleValue } from '../rules/parse.ts';

export const TYPE_URL = 'type.googleapis.com/ratelimit.config.ratelimit.v3.RateLimitConfig';

/** ratelimit.config.ratelimit.v3 as src/grpc decodes it. */
interface RateLimitConfig {
  name: string;
  domain: string;
  descriptors: ConfigDescriptor[];
}

interface ConfigDescriptor {
  key: string;
  value: string;
  rate_limit: {
    unit: string;
    requests_per_unit: number;
    unlimited: boolean;
    name: string;
    replaces: { name: string }[];
  } | null;
  descriptors: ConfigDescriptor[];
  shadow_mode: boolean;
  detailed_metric: boolean;
  quota_mode: boolean;
  metadata: Struct | null;
}

interface Struct {
  fields: Record<string, StructValue>;
}

/** google.protobuf.Value, whose field names proto-loader has in camel case. */
interface StructValue {
  kind?: string;
  numberValue?: number;
  stringValue?: string;
  boolValue?: boolean;
  structValue?: Struct;
  listValue?: { values: StructValue[] };
}

const read = messageReader(
  'ratelimit/config/ratelimit/v3/rls_conf.proto',
  'ratelimit.config.ratelimit.v3.RateLimitConfig',
);

export interface Resource {
  type_url: string;
  value: Buffer;
}

/**
 * The rules that a management server sent.
 * @throws RulesError that lists everything wrong in all resources
 */
export function rulesOfResources(resources: readonly Resource[], options: LoadOptions): LoadedRules {
  const problems: RuleProblem[] = [];
  const parsed = resources.flatMap((resource, index) => {
    const config = decode(resource, index, problems);
    return config === undefined
      ? []
      : [{ config, ...parseRuleValue(config.name, ruleValue(config), options) }];
  });
  const compiled = compileRules(
    parsed.flatMap(({ domain }) => domain ?? []),
    options,
  );
  const all = [...problems, ...parsed.flatMap((part) => part.problems), ...compiled.problems];
  if (all.length > 0) throw new RulesError(all);
  return {
    rules: compiled.rules,
    files: parsed.map(({ config }) => config.name),
    digest: loadDigest([resources.map(({ value }) => value.toString('base64')), options]),
    warnings: parsed.flatMap(({ warnings }) => warnings),
  };
}

function decode(
  { type_url, value }: Resource,
  index: number,
  problems: RuleProblem[],
): RateLimitConfig | undefined {
  const wrong = (reason: string) => {
    const place = { file: `resource ${index}`, line: 0, column: 0, path: '' };
    problems.push({ ...place, code: 'wrong_type', reason });
    return undefined;
  };
  if (type_url !== TYPE_URL) return wrong(`expected ${TYPE_URL}, got ${JSON.stringify(type_url)}`);
  try {
    return read(value) as RateLimitConfig;
  } catch {
    return wrong('is not a RateLimitConfig');
  }
}

function ruleValue({ domain, descriptors }: RateLimitConfig): Json {
  return { domain, descriptors: descriptors.map(descriptorValue) };
}

function descriptorValue(descriptor: ConfigDescriptor): Json {
  const { key, value, rate_limit: limit, shadow_mode, detailed_metric, quota_mode, metadata } = descriptor;
  return {
    key,
    value,
    shadow_mode,
    detailed_metric,
    quota_mode,
    descriptors: descriptor.descriptors.map(descriptorValue),
    ...(metadata && { metadata: structJson(metadata) }),
    ...(limit && {
      rate_limit: {
        name: limit.name,
        replaces: limit.replaces.map(({ name }) => ({ name })),
        ...(limit.unlimited
          ? { unlimited: true, ...(limit.unit !== 'UNKNOWN' && { unit: limit.unit }) }
          : { unit: limit.unit, requests_per_unit: limit.requests_per_unit }),
      },
    }),
  };
}

function structJson({ fields }: Struct): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, valueJson(value)]));
}

function valueJson(value: StructValue): Json {
  switch (value.kind) {
    case 'numberValue':
      return value.numberValue ?? 0;
    case 'stringValue':
      return value.stringValue ?? '';
    case 'boolValue':
      return value.boolValue ?? false;
    case 'structValue':
      return structJson(value.structValue ?? { fields: {} });
    case 'listValue':
      return (value.listValue?.values ?? []).map(valueJson);
    default:
      return null;
  }
}
