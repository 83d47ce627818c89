/** What a check goes through, in this order; it ends where it is decided. */
export type StepName =
  | 'credential'
  | 'method'
  | 'identity'
  | 'blocklist'
  | 'route'
  | 'body'
  | 'permissions'
  | 'inspection';

export type StepOutcome =
  | 'ok'
  /** Ends the check. */
  | 'refused'
  /** Would end the check, were it not for shadow mode. */
  | 'shadowed'
  /** Not asked: switched off, or does not apply. */
  | 'skipped'
  /** Cannot be told now; ends the check. */
  | 'unavailable';

/** Is told each step of a check. The detail is for operators, and never holds a credential or a text of a prompt. */
export type Trace = (step: StepName, outcome: StepOutcome, detail: string) => void;
