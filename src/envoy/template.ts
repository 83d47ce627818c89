import { type Document, parseDocument, Scalar, visit } from 'yaml';

const PLACEHOLDER = /\$\{([^{}]*)\}/g;

/** What each name of a template stands for. */
export type TemplateValues = Readonly<Record<string, string | number | boolean>>;

/**
 * Fills `${name}` placeholders of a YAML text. Values are put into the parsed document, never into its text,
 * so no value can become YAML of its own. A scalar that is one placeholder gets the value's type.
 * Comments, anchors and aliases stay.
 * @param values what each name stands for
 * @throws when the template is not valid YAML, names a value that is not given, or leaves a given one unused:
 *   each of these is a mistake in the template or its caller
 */
export function fillTemplate(template: string, values: TemplateValues): Document {
  const document = parseDocument(template);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`The template is not valid YAML: ${problem.message}`);
  const unused = new Set(Object.keys(values));
  const lookUp = (name: string): string | number | boolean => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`The template asks for \${${name}}, which has no value`);
    unused.delete(name);
    return value;
  };
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      const whole = /^\$\{([^{}]*)\}$/.exec(node.value)?.[1];
      const filled =
        whole === undefined
          ? node.value.replaceAll(PLACEHOLDER, (_match, name: string) => String(lookUp(name)))
          : lookUp(whole);
      if (filled === node.value) return;
      node.value = filled;
      // Quoted, because Envoy's parser would read a plain `on` or `0x10` as a boolean or a number.
      if (typeof filled === 'string') node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  if (unused.size > 0) throw new Error(`The template does not use ${[...unused].join(', ')}`);
  return document;
}

/** A filled template as text. */
export function printTemplate(document: Document): string {
  return document.toString({ lineWidth: 0 });
}
