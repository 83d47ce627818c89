import { z } from 'zod';
import type { Config } from '../../config/index.ts';
import type { ApiErrorType } from '../proxy/api-error.ts';
import type { Route } from '../proxy/routes.ts';
import { clampMaxTokens } from './max-tokens.ts';
import { type ModelRules, mappedModel, mayAsk } from './model-names.ts';
import { type Finding, findServerSide } from './server-tools.ts';

/** What config.model says about what a job may ask for. */
export interface RequestPolicy extends ModelRules {
  onMaxTokensExceeded: 'clamp' | 'refuse';
  serverTools: ReadonlySet<string>;
  acceptUnknown: ReadonlySet<string>;
  /** Tier -> patterns of models -> the model that the tier gets in their place. */
  tierModels: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export function requestPolicy(model: Config['model']): RequestPolicy {
  return {
    helperModels: model.helperModels,
    otherModels: model.otherModels,
    onMaxTokensExceeded: model.onMaxTokensExceeded,
    serverTools: new Set(model.serverTools),
    acceptUnknown: new Set(model.acceptUnknown),
    tierModels: new Map(
      Object.entries(model.tierModels).map(([tier, mapping]) => [tier, new Map(Object.entries(mapping))]),
    ),
  };
}

/** Whose request it is. */
export interface Requester {
  model: string;
  tier: string;
  maxTokens?: number | undefined;
  permissions: { maxTokensPerRequest?: number | undefined; allowedModels?: readonly string[] | undefined };
}

/** Why a request does not go to the provider: a closed set, also a metric's label. */
export type RefusalReason =
  | 'malformed'
  | 'model_not_allowed'
  | 'max_tokens'
  | 'server_tool'
  | 'unknown_member'
  | 'budget_exceeded';

export interface Refusal {
  reason: RefusalReason;
  status: 400 | 403;
  type: ApiErrorType;
  /** One sentence, which the job's caller may see. */
  message: string;
}

/** A request that may go to the provider. */
export interface CheckedRequest {
  /** What is sent, but for `model`: members of a JSON object, with a comma between them. */
  members: string;
  /** The model as it was asked for. */
  askedModel: string;
  /** The model after the tier's mapping. */
  model: string;
  streams: boolean;
}

export type Checked = { kind: 'refused'; refusal: Refusal } | { kind: 'passed'; request: CheckedRequest };

const content = z.union([z.string(), z.array(z.unknown())]);

/** Only the parts that decide; what the provider thinks of the rest it says itself. */
const head = z.looseObject({
  model: z.string().min(1).max(256),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })).min(1),
  system: content.optional(),
  tools: z.array(z.unknown()).optional(),
  max_tokens: z.int().min(0).optional(),
  stream: z.boolean().optional(),
  thinking: z.looseObject({ type: z.string(), budget_tokens: z.int().min(0).optional() }).nullish(),
});

/**
 * Decides about a request of whatever runs in the sandbox. What is sent is written anew from what was read here, so that
 * the provider cannot read it in another way.
 */
export function checkRequest(
  bytes: Uint8Array,
  route: Route,
  requester: Requester,
  policy: RequestPolicy,
): Checked {
  const body = parseObject(bytes);
  if (body === undefined) return malformed('The body is not a JSON object in UTF-8.');
  try {
    return checkBody(body, route, requester, policy);
  } catch (error) {
    if (error instanceof RangeError) return malformed('The body is nested too deeply.');
    throw error;
  }
}

function checkBody(
  body: Record<string, unknown>,
  route: Route,
  requester: Requester,
  policy: RequestPolicy,
): Checked {
  const parsed = head.safeParse(body);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue;
    return malformed(`${path.join('.')}: ${message}`);
  }
  const { model, max_tokens, stream } = parsed.data;
  if (route === 'messages' && max_tokens === undefined) return malformed('max_tokens: expected a number');
  const { allowedModels } = requester.permissions;
  if (!mayAsk(model, { model: requester.model, allowedModels }, policy)) {
    const message = `This job may not use the model ${shown(model)}.`;
    return refused({ reason: 'model_not_allowed', status: 403, type: 'permission_error', message });
  }
  for (const finding of findServerSide(body)) {
    const refusal = refusalOf(finding, policy);
    if (refusal !== undefined) return refused(refusal);
  }
  const limit = lower(requester.maxTokens, requester.permissions.maxTokensPerRequest);
  const exceeds = limit !== undefined && max_tokens !== undefined && max_tokens > limit;
  if (exceeds && policy.onMaxTokensExceeded === 'refuse') {
    const message = `max_tokens: this job may ask for ${limit} at most.`;
    return refused({ reason: 'max_tokens', status: 400, type: 'invalid_request_error', message });
  }
  return {
    kind: 'passed',
    request: {
      members: membersOf(exceeds ? clampMaxTokens(body, limit) : body),
      askedModel: model,
      model: mappedModel(model, policy.tierModels.get(requester.tier) ?? new Map()),
      streams: stream === true,
    },
  };
}

function refusalOf(finding: Finding, policy: RequestPolicy): Refusal | undefined {
  if ('feature' in finding) {
    const { feature } = finding;
    if (policy.serverTools.has(feature)) return undefined;
    const message = `This installation does not allow ${feature}, which the model provider would run.`;
    return { reason: 'server_tool', status: 400, type: 'invalid_request_error', message };
  }
  if (policy.acceptUnknown.has(finding.unknown)) return undefined;
  const message = `The model proxy does not know ${finding.unknown}, and passes on only what it knows.`;
  return { reason: 'unknown_member', status: 400, type: 'invalid_request_error', message };
}

/** @throws RangeError where it is nested too deeply to be written */
function membersOf(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...body, model: undefined }).slice(1, -1);
}

function malformed(message: string): Checked {
  return refused({ reason: 'malformed', status: 400, type: 'invalid_request_error', message });
}

function refused(refusal: Refusal): Checked {
  return { kind: 'refused', refusal };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** A name from the sandbox, fit for a message. */
function shown(model: string): string {
  return /^[\w.:@/[\]-]{1,100}$/.test(model) ? model : 'that was asked for';
}
