import { z } from 'zod';
import { suggestNearest } from '../../spelling/index.ts';

/** Each is copied for the run and shown to the model. */
const MAX_SKILLS = 20;

/** The skills that a run is given. @param known those of the configuration */
export function jobSkillsSchema(known: readonly string[]) {
  const one = z.string().refine((name) => known.includes(name), {
    error: ({ input }) => `expected the name of a skill that is here${suggestNearest(String(input), known)}`,
  });
  return z
    .array(one)
    .max(MAX_SKILLS, `expected at most ${MAX_SKILLS} skills`)
    .refine((names) => new Set(names).size === names.length, { error: 'expected each skill once' });
}
