import { z } from 'zod';
import { parseTemplate, type TemplateField } from '../template.ts';

/** It goes into every model request of a job. */
const MAX_CHARACTERS = 20_000;

/** Text that is added to requests. */
export function addedText() {
  return z
    .string()
    .max(MAX_CHARACTERS, `expected at most ${MAX_CHARACTERS} characters`)
    .refine((text) => text.trim() !== '', { error: 'expected a text that is not blank' });
}

/** Text that a field of each request is put into. */
export function addedTemplate(field: TemplateField) {
  return addedText().superRefine((text, context) => {
    const template = parseTemplate(text, field);
    if (typeof template === 'string') context.addIssue({ code: 'custom', message: template });
  });
}
