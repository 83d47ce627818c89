export type Verdict = 'allow' | 'flag' | 'reject';

export type ReasonClass =
  | 'override'
  | 'jailbreak'
  | 'extraction'
  | 'exfiltration'
  | 'covert'
  | 'role_marker'
  | 'suspicious'
  | 'other';

/** A submission that was flagged or rejected. Its text is kept nowhere; the digest finds the same body again. */
export interface Finding {
  id: string;
  at: string;
  verdict: 'flag' | 'reject';
  /** Whether it passed because its policy is only tried out. */
  shadow: boolean;
  /** From 0 to 1. */
  score: number;
  /** What the worst of it is after. */
  reasonClass: ReasonClass;
  /** Names of rules, or what the model took it for. */
  rules: string[];
  /** Where it stood: prompt, system, context, files ... */
  fields: string[];
  /** SHA-256 of the body, in hex. */
  digest: string;
  policy: string;
  tenant: string;
  client: string;
  tier: string;
  route: string;
  requestId: string;
}

/**
 * `GET /api/inspection/findings?verdict=reject&reasonClass=&tenant=&client=&digest=&limit=50&before=`, newest first. Under an
 * attack only some are written down: the metrics have all.
 */
export interface FindingList {
  findings: Finding[];
  /** For the next page, as `before`; null at the end. */
  next: string | null;
}

/** `GET /api/inspection` */
export interface InspectionState {
  /** What there was since the processes of authz started, by policy, verdict and reason class; null where it is not known. */
  counts: { policy: string; verdict: Verdict; reasonClass: string; count: number }[] | null;
  /** Whether a process keeps older rules because the newest cannot be used; null where it is not known. */
  rulesRefused: boolean | null;
  routes: string[];
  tiers: string[];
}

/** `POST /api/inspection/try` takes it: what would be said of a text. It is neither kept nor logged. */
export interface TryText {
  /** At most 200,000 characters. */
  text: string;
  /** `submit` where it is left out. */
  route?: string;
  tier?: string;
}

export interface TriedText {
  verdict: Verdict;
  score: number;
  policy: { name: string; shadow: boolean; thresholds: { flag: number; reject: number } };
  reasons: {
    rule: string;
    reasonClass: ReasonClass;
    by: 'rule' | 'model' | 'limit';
    weight: number;
    /** Where in the text, in UTF-16 units: from position, up to but not with end. */
    position: number;
    end: number;
    /** How it was disguised, such as base64. */
    disguises: readonly string[];
  }[];
}
