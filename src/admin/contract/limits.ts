/** An entry of a descriptor, as Envoy sends it. */
export interface DescriptorEntry {
  key: string;
  value: string;
}

/** `GET /api/limits/rules` */
export interface RuleTree {
  domains: { domain: string; nodes: RuleTreeNode[] }[];
  /** Rules that are left out, because there are too many. */
  omitted: number;
  /** Why there are no rules to show, such as mistakes in the files; null where there are. */
  problem: string | null;
}

/** One level of a rule's path. */
export interface RuleTreeNode {
  key: string;
  /** As the file writes it; null: any value, each with a bucket of its own. */
  value: string | null;
  /** undefined where no descriptor ends here. */
  rule?: RuleTreeRule;
  below: RuleTreeNode[];
}

export interface RuleTreeRule {
  /** What metrics call it. */
  label: string;
  limits: RuleTreeLimit[] | 'unlimited';
  /** Since the processes of the rate limit service started; null where they are not known. */
  counters: { hits: number; nearLimit: number; overLimit: number; shadow: number } | null;
}

export interface RuleTreeLimit {
  name: string;
  /** Such as `60 requests per minute`. */
  description: string;
  requests: number;
  algorithm: string;
  shadowMode: boolean;
}

/** `GET /api/limits/offenders?limit=20`: whom limits have refused most in the last hour. */
export interface Offenders {
  offenders: {
    domain: string;
    limit: string;
    entries: readonly DescriptorEntry[];
    limited: number;
    passed: number;
    limitedRatio: number;
  }[];
  /** By how much each `limited` may be too low. */
  error: number;
  since: string;
}

/** `GET /api/limits/consumers?limit=20`: which clients get 429 for the largest part of their requests, in the last hour. */
export interface Consumers {
  consumers: readonly {
    tenant?: string | undefined;
    client: string;
    tier?: string | undefined;
    /** The limit that refuses the largest part. */
    limit: string;
    /** Of that limit. */
    limited: number;
    requests: number;
    limitedRatio: number;
  }[];
  /** By how much each `limited` may be too low. */
  error: number;
  since: string;
}

/** `GET /api/limits/overrides` */
export interface Overrides {
  overrides: Override[];
}

export interface Override {
  id: string;
  domain: string;
  limit: string;
  entries: Record<string, string>;
  requests: number | 'unlimited';
  burst?: number;
  reason?: string;
  setAt: string;
  setBy: string;
  expiresAt?: string;
}

/** `PUT /api/limits/overrides` takes it; 201, or 200 where it replaced one. `DELETE /api/limits/overrides/:id`: 204. */
export interface SetOverride {
  domain: string;
  limit: string;
  entries?: Record<string, string>;
  /** 0 refuses everything. */
  requests: number | 'unlimited';
  burst?: number;
  reason?: string;
  /** Seconds for which it holds; for ever where it is left out. */
  expiresInS?: number;
}

export interface OverrideSet {
  override: Override;
  replaced: Override | null;
}

/**
 * `GET /api/limits/explain?domain=gatehouse&entry=calls=submit&entry=tier=pro&hits=1`: which rule a descriptor meets, why,
 * and what its next request would get. Nothing is counted.
 */
export interface LimitExplanation {
  domain: string;
  entries: readonly DescriptorEntry[];
  hits: number;
  /** One for each entry, up to the first that has no place. */
  levels: readonly {
    entry: DescriptorEntry;
    candidates: readonly {
      key: string;
      value?: string;
      verdict: 'taken' | 'other_value' | 'no_fit' | 'comes_later';
    }[];
    /** The keys that the level has, where it has none for the entry's. */
    otherKeys: readonly string[];
  }[];
  result:
    | { kind: 'unknown_domain'; domains: readonly string[] }
    | { kind: 'no_candidate' }
    | { kind: 'no_rule_here'; below: readonly string[] }
    | { kind: 'unlimited'; rule: string }
    | {
        kind: 'limited';
        rule: string;
        limits: readonly ExplainedLimit[];
        next?: 'allowed' | 'refused';
      };
}

export interface ExplainedLimit {
  /** As the rule file has it. */
  limit: {
    name: string;
    requests: number;
    unit: string;
    unitMultiplier: number;
    /** Its kind, and what that kind goes by, such as windowMs. */
    algorithm: { kind: string } & Record<string, string | number>;
    shadowMode: boolean;
  };
  override?: Override;
  /** The key in Redis; absent where the override leaves no limit. */
  bucket?: string;
  state?: {
    used: number;
    remaining: number;
    resetMs: number;
    next: { allowed: boolean; remaining: number; resetMs: number };
  };
}

/**
 * `GET /api/limits/peek?domain=&entry=` reads, `POST /api/limits/reset` and `POST /api/limits/refund` change what is counted
 * of a descriptor; all answer its limits.
 */
export interface DescriptorLimits {
  limits: readonly ExplainedLimit[];
}

export interface ResetLimits {
  domain: string;
  entries: DescriptorEntry[];
}

export interface RefundLimits extends ResetLimits {
  hits: number;
}

/** `GET /api/limits/status`: which rules each process has, and why it refused newer ones. */
export interface RulesStatus {
  processes: readonly {
    process: string;
    role: 'ratelimit' | 'api' | 'worker';
    host: string;
    source: 'files' | 'xds';
    version?: string | undefined;
    loadedAt?: string | undefined;
    domains: number;
    limits: number;
    files: { count: number; names: string[] };
    warnings: { count: number; problems: RuleProblem[] };
    refused?:
      | {
          since: string;
          at: string;
          version?: string | undefined;
          count: number;
          problems: RuleProblem[];
        }
      | undefined;
  }[];
}

/** A mistake in a rule file. */
export interface RuleProblem {
  file: string;
  line: number;
  column: number;
  path: string;
  code: string;
  reason: string;
}
