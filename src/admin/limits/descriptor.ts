import { z } from 'zod';

const MAX_ENTRIES = 32;
const MAX_CHARACTERS = 1_024;

const domain = z.string().min(1).max(MAX_CHARACTERS);

/** `key=value`, as `entry` of a query has it; the value may hold more of `=`. */
const entryText = z
  .string()
  .max(2 * MAX_CHARACTERS)
  .regex(/^[^=]+=/, 'expected key=value, such as tenant=acme')
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });

/** A descriptor in a query: `domain=D&entry=key=value&entry=...`, in the order of the rule's levels. */
export const descriptorQuery = {
  domain,
  entry: z
    .union([z.array(entryText).max(MAX_ENTRIES), entryText.transform((entry) => [entry])], {
      error: 'expected key=value, such as tenant=acme, once for each entry',
    })
    .describe('an entry of the descriptor; repeat it for each, in the order of the rule'),
};

/** A descriptor in a body, as Envoy's rate limit service has it. */
export const descriptorBody = {
  domain,
  entries: z
    .array(
      z.strictObject({ key: z.string().min(1).max(MAX_CHARACTERS), value: z.string().max(MAX_CHARACTERS) }),
    )
    .min(1)
    .max(MAX_ENTRIES),
};

const MAX_HITS = 2 ** 32 - 1;

export const hitsQuery = z.coerce.number().int().min(1).max(MAX_HITS);

export const hitsBody = z.int().min(1).max(MAX_HITS);
