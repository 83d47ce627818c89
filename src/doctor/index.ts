export { examine } from './examine.ts';
export { type Check, type Finding, isGood, type Surroundings } from './finding.ts';
