import type { Case, Release, Step } from './case.ts';
import type { Implementation } from './service.ts';

/** The domain that a case has for itself. */
export function domainOf({ name }: Case): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

export function fileOf(one: Case): string {
  return `domain: ${domainOf(one)}\ndescriptors: ${one.rules}\n`;
}

export function holdsFor(
  implementation: Implementation,
  { since }: { since?: Release | undefined },
): boolean {
  return since === undefined || since <= implementation.release();
}

export function stepsFor(implementation: Implementation, one: Case): readonly Step[] {
  return implementation.name === 'gatehouse' && one.differs ? one.differs.steps : one.steps;
}
