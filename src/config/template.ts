import { suggestNearest } from '../spelling/index.ts';

/** The field of a request that a template is for. */
export type TemplateField = 'prompt' | 'system';

/** What a template may name: the field itself, and what X-Repo and X-Branch or the context say. */
export type TemplatePlace = TemplateField | 'context.repository' | 'context.branch';

/** Text as it stands there, and the places between. */
export type Template = readonly (string | { place: TemplatePlace })[];

const PLACE = /\{\{([^{}]*)\}\}/g;

/**
 * Reads a template: text with places such as `{{prompt}}` in it. The field's own place has to be there once, so that
 * nothing of a request is lost or said twice.
 * @returns the template, or what is wrong with it as a sentence that begins with `expected`
 */
export function parseTemplate(text: string, field: TemplateField): Template | string {
  const known: readonly TemplatePlace[] = [field, 'context.repository', 'context.branch'];
  const parts: (string | { place: TemplatePlace })[] = [];
  let end = 0;
  for (const { 0: whole, 1: written = '', index } of text.matchAll(PLACE)) {
    const name = written.trim();
    const place = known.find((candidate) => candidate === name);
    if (place === undefined) {
      const choice = known.map((each) => `{{${each}}}`).join(', ');
      return `expected only the places ${choice}, and not ${whole}${suggestNearest(name, known)}`;
    }
    parts.push(text.slice(end, index), { place });
    end = index + whole.length;
  }
  parts.push(text.slice(end));
  if (parts.some((part) => typeof part === 'string' && part.includes('{{'))) {
    return 'expected a }} after each {{';
  }
  const own = parts.filter((part) => typeof part === 'object' && part.place === field);
  return own.length === 1 ? parts.filter((part) => part !== '') : `expected the place {{${field}}} once`;
}

/** Puts values into the places. What they say is text and nothing else, whatever it looks like. */
export function fillTemplate(template: Template, values: Partial<Record<TemplatePlace, string>>): string {
  return template.map((part) => (typeof part === 'string' ? part : (values[part.place] ?? ''))).join('');
}
