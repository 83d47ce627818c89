import type { Config } from '../../config/index.ts';
import type { SubjectRules } from '../claims/subject.ts';
import type { AlgorithmName } from './algorithm.ts';
import { mediaType } from './header.ts';

export type IssuerConfig = Config['identity']['jwt']['issuers'][number];

/** What makes a token of one issuer good, apart from its keys. */
export interface IssuerRules {
  issuer: string;
  audiences: ReadonlySet<string>;
  algorithms: ReadonlySet<AlgorithmName>;
  /** In lower case, without `application/`. */
  types: ReadonlySet<string>;
  leewayMs: number;
  maxAgeMs: number | undefined;
  subject: SubjectRules;
}

export function issuerRules(config: IssuerConfig): IssuerRules {
  return {
    issuer: config.issuer,
    audiences: new Set(config.audiences),
    algorithms: new Set(config.algorithms),
    types: new Set(config.types.map(mediaType)),
    leewayMs: config.leeway.ms,
    maxAgeMs: config.maxAge?.ms,
    subject: config,
  };
}
