import { z } from 'zod';
import type { TriedText } from '../../contract.ts';
import { defineRoute } from '../../route.ts';

const DEFAULT_ROUTE = 'submit';
const MAX_BODY_BYTES = 512 * 1024;
const MAX_CHARACTERS = 200_000;
const RETRY_S = 2;

/** What inspection would make of a text. It is neither kept nor logged. */
export const tryTextRoute = defineRoute({
  method: 'POST',
  path: '/api/inspection/try',
  access: 'view',
  operation: {
    id: 'tryText',
    summary: 'What inspection would make of a text, which is neither kept nor logged',
    body: 'TryText',
    answers: { 200: { json: 'TriedText' } },
    problems: ['inspection_busy', 'invalid_rules'],
  },
  maxBodyBytes: MAX_BODY_BYTES,
  body: z.strictObject({
    text: z.string().max(MAX_CHARACTERS),
    route: z.string().default(DEFAULT_ROUTE),
    tier: z.string().default(''),
  }),
  async handle({ body: { text, route, tier } }, { textInspector, choices }) {
    const unknown = [
      ...(choices.routes.includes(route) ? [] : [wrong('route', choices.routes)]),
      ...(tier === '' || choices.tiers.includes(tier) ? [] : [wrong('tier', choices.tiers)]),
    ];
    if (unknown.length > 0) {
      const detail = unknown.map(({ path, message }) => `${path}: ${message}`).join('; ');
      return { problem: 'invalid_request', detail, errors: unknown };
    }
    const trial = await textInspector.inspect(text, route, tier);
    if (trial.kind === 'busy') {
      const detail =
        'Too many texts are being tried, or this one takes too long. Try again, or a shorter one.';
      return { problem: 'inspection_busy', detail, retryAfter: RETRY_S };
    }
    if (trial.kind === 'not_inspected') {
      const message = 'the configuration does not have the texts of this route and tier inspected';
      return {
        problem: 'invalid_request',
        detail: `route: ${message}`,
        errors: [{ path: 'route', message }],
      };
    }
    const { outcome, policy } = trial;
    if (outcome.kind === 'rules_refused') return { problem: 'invalid_rules', detail: outcome.message };
    const { decision, score, reasons } = outcome.inspection;
    const { name, shadow, thresholds } = policy;
    const body: TriedText = { verdict: decision, score, reasons, policy: { name, shadow, thresholds } };
    return { status: 200, body };
  },
});

function wrong(path: string, known: readonly string[]) {
  return { path, message: `expected one of ${known.join(', ')}` };
}
