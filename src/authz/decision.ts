import { type AssertedLimits, type AssertedRequest, contextSha256 } from './assertion-claims.ts';
import type { Examination } from './body/examine.ts';
import type { BodyExaminer } from './body/examiner.ts';
import { MODEL_NAME_PATTERN } from './body/fields.ts';
import { type InputInspection, ruleNames } from './body/inspection.ts';
import { type RequestFacts, submittedBody } from './check-request.ts';
import type { Principal } from './credentials/principal.ts';
import type { Denial, DenialReason, ShadowPolicy } from './denial.ts';
import { describeAccess, describeInspection, describeLimits } from './describe.ts';
import type { ChoosePolicy } from './inspection/policy.ts';
import { type Metadata, metadataOf } from './metadata.ts';
import { type CallerLimits, callerLimits } from './permissions/caller-limits.ts';
import { checkLimits, type OnExceeded } from './permissions/check.ts';
import type { SubmissionLimits } from './permissions/limits.ts';
import type { Caller } from './proceed.ts';
import { checkAccess } from './routes/access.ts';
import { type RouteTable, routeName } from './routes/table.ts';
import type { Trace } from './trace.ts';

/** By then those that wait have been read or given up. */
const LARGE_BODY_RETRY_S = 2;

export type Decision =
  | {
      kind: 'allow';
      principal: Principal;
      request: AssertedRequest;
      /** undefined: not limited. */
      limits: AssertedLimits | undefined;
      metadata: Metadata;
      /** Of a submission whose texts were judged. */
      inspection: InputInspection | undefined;
      shadowed: readonly Denial[];
    }
  /** principal and metadata are there once the caller is known; keyId where only the credential is. */
  | {
      kind: 'deny';
      denial: Denial;
      principal?: Principal;
      metadata?: Metadata;
      inspection?: InputInspection;
      /** There where the body was examined. */
      bodySha256?: string;
      keyId?: string;
    };

export interface Policy {
  routes: RouteTable;
  /** Names of the tiers that have limits, with what each allows of a submission. */
  tiers: ReadonlyMap<string, SubmissionLimits>;
  onExceeded: OnExceeded;
  /** The model of a request that names none. */
  defaultModel: string;
  /** Of those that are switched for all requests at once. */
  shadow: ReadonlySet<ShadowPolicy>;
  inspection: ChoosePolicy;
}

/** How one decision is made. */
export interface Deciding {
  /** Says what is in the body: at once or, with a large one, later. Asked only where the body matters. */
  examiner: Pick<BodyExaminer, 'examine'>;
  caller: Caller;
  /** What shadow mode kept from counting so far; the decision adds to it. */
  shadowed: Denial[];
  trace: Trace | undefined;
}

/** Decides on the request of a caller who is known. */
export function decide(
  facts: RequestFacts,
  principal: Principal,
  policy: Policy,
  { examiner, caller, shadowed, trace }: Deciding,
): Decision | Promise<Decision> {
  const tierLimits = policy.tiers.get(principal.tier);
  const ruling = new Ruling(facts, principal, policy.shadow, shadowed);
  // A tier without limits would let its client pass unlimited, so a credential of such a tier does not count.
  if (tierLimits === undefined) {
    trace?.('route', 'refused', `the tier ${principal.tier} is not configured`);
    return ruling.deny(invalidCredential('tier_not_configured'));
  }
  const access = checkAccess(facts.route, principal);
  trace?.('route', ...describeAccess(access));
  if (access.kind === 'refused') return ruling.deny(access.denial);
  if (access.shadowed !== undefined) ruling.shadowed.push(access.shadowed);
  if (access.route.kind === 'read') {
    trace?.('body', 'skipped', 'the route only reads: nothing of a body counts, and the api gets none');
    return ruling.allow('', undefined);
  }
  const limits = callerLimits(principal, tierLimits, policy.defaultModel);
  const inspection = policy.inspection(access.route.name, principal.tier);
  const examination = examiner.examine(submittedBody(facts, inspection), caller);
  return examination instanceof Promise
    ? examination.then((later) => decideOnBody(later, limits, policy, ruling, trace))
    : decideOnBody(examination, limits, policy, ruling, trace);
}

function decideOnBody(
  examination: Examination,
  { limits, asserted }: CallerLimits,
  { onExceeded, defaultModel, shadow }: Policy,
  ruling: Ruling,
  trace: Trace | undefined,
): Decision {
  if (examination.kind === 'unreadable') {
    trace?.('body', 'refused', `${examination.reason}: ${examination.detail}`);
    return ruling.deny(unreadableBody(examination));
  }
  if (examination.kind === 'unexamined') {
    trace?.('body', 'unavailable', examination.reason);
    return ruling.deny(unexaminedBody(examination.reason));
  }
  const { fields, inspection, sha256 } = examination;
  trace?.('body', 'ok', `a JSON object with a prompt; SHA-256 ${sha256}`);
  ruling.inspection = inspection;
  ruling.bodySha256 = sha256;
  const overLimit = checkLimits(fields, limits, onExceeded, defaultModel);
  const limitsOutcome = ruling.weigh(overLimit);
  trace?.(
    'permissions',
    limitsOutcome,
    `${overLimit?.detail ?? 'within them'} (${describeLimits(limits, onExceeded)})`,
  );
  if (overLimit !== undefined && limitsOutcome === 'refused') return ruling.deny(overLimit);
  const disallowed = inspection?.verdict === 'reject' ? disallowedContent(inspection) : undefined;
  const inspectionOutcome = ruling.weigh(disallowed, inspection?.policy.shadow);
  trace?.(
    'inspection',
    inspection === undefined ? 'skipped' : inspectionOutcome,
    describeInspection(inspection),
  );
  if (disallowed !== undefined && inspectionOutcome === 'refused') return ruling.deny(disallowed);
  const { model } = fields;
  ruling.model = typeof model === 'string' && MODEL_NAME_PATTERN.test(model) ? model : defaultModel;
  return ruling.allow(sha256, shadow.has('permissions') ? undefined : asserted);
}

/** Gathers what there is to say of one request until it is decided. */
class Ruling {
  readonly shadowed: Denial[];
  inspection: InputInspection | undefined;
  bodySha256: string | undefined;
  model: string | undefined;
  readonly #facts: RequestFacts;
  readonly #principal: Principal;
  readonly #shadow: ReadonlySet<ShadowPolicy>;

  /** @param shadow policies that do not count; @param shadowed what they kept from counting already, to be added to */
  constructor(
    facts: RequestFacts,
    principal: Principal,
    shadow: ReadonlySet<ShadowPolicy>,
    shadowed: Denial[],
  ) {
    this.shadowed = shadowed;
    this.#facts = facts;
    this.#principal = principal;
    this.#shadow = shadow;
  }

  /** Whether a denial counts, or is kept for the log because its policy is only tried out. */
  weigh(denial: Denial | undefined, isTriedOut = this.#isTriedOut(denial)): 'ok' | 'refused' | 'shadowed' {
    if (denial === undefined) return 'ok';
    if (!isTriedOut) return 'refused';
    this.shadowed.push(denial);
    return 'shadowed';
  }

  #isTriedOut(denial: Denial | undefined): boolean {
    return denial?.policy !== undefined && this.#shadow.has(denial.policy);
  }

  deny(denial: Denial): Decision {
    return {
      kind: 'deny',
      denial,
      principal: this.#principal,
      metadata: this.#metadata(),
      ...(this.inspection !== undefined && { inspection: this.inspection }),
      ...(this.bodySha256 !== undefined && { bodySha256: this.bodySha256 }),
    };
  }

  allow(bodySha256: string, limits: AssertedLimits | undefined): Decision {
    const { method, path, headers } = this.#facts;
    return {
      kind: 'allow',
      principal: this.#principal,
      request: {
        method,
        path,
        bodySha256,
        contextSha256: contextSha256(headers['x-repo'], headers['x-branch']),
      },
      limits,
      metadata: this.#metadata(),
      inspection: this.inspection,
      shadowed: this.shadowed,
    };
  }

  #metadata(): Metadata {
    return metadataOf(this.#principal, {
      route: routeName(this.#facts.route),
      model: this.model,
      verdict: this.inspection?.verdict,
      shadow: this.shadowed.length === 0 ? undefined : this.shadowed.map(({ code }) => code).join(','),
    });
  }
}

/** One answer for every credential that does not count, so that nobody learns which ones exist. */
export function invalidCredential(
  reason: DenialReason,
  detail = 'Send a valid API key in the x-api-key header, or as Authorization: Bearer.',
): Denial {
  return { code: 'invalid_api_key', reason, detail };
}

function unreadableBody({ code, reason, detail }: Extract<Examination, { kind: 'unreadable' }>): Denial {
  return { code, reason, detail };
}

function unexaminedBody(reason: DenialReason): Denial {
  return {
    code: 'service_unavailable',
    reason,
    detail: 'Too many large bodies are being read at the moment. Try again later.',
    retryAfterS: LARGE_BODY_RETRY_S,
  };
}

function disallowedContent({ findings, reasonClass }: InputInspection): Denial {
  return {
    code: 'disallowed_content',
    reason: 'disallowed_content',
    detail: 'The prompt looks like an attempt to change the instructions of the model. Rephrase it.',
    rules: ruleNames(findings),
    ...(reasonClass && { reasonClass }),
    policy: 'inspection',
  };
}
