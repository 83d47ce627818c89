// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of a template
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillTemplate, printTemplate, type TemplateValues } from './template.ts';

const fill = (template: string, values: TemplateValues) => printTemplate(fillTemplate(template, values));

test('a scalar that is one placeholder gets the type of its value', () => {
  const filled = fill('port: "${port}"\nhost: ${host}\n', { port: 8080, host: 'example.org' });
  expect(parse(filled)).toEqual({ port: 8080, host: 'example.org' });
});

test('a placeholder within a scalar becomes text', () => {
  expect(parse(fill('detail: at most ${n} bytes, ${n}\n', { n: 10 }))).toEqual({
    detail: 'at most 10 bytes, 10',
  });
});

test('a text that another YAML parser would take for a boolean or a number is quoted', () => {
  for (const value of ['on', 'yes', '0x10', '1e3', 'null', '~']) {
    expect(fill('a: ${v}\n', { v: value })).toBe(`a: "${value}"\n`);
  }
});

test('comments, anchors and aliases stay', () => {
  const filled = fill('# why\na: &x { b: "${v}" }\nc: *x\n', { v: 1 });
  expect(filled).toContain('# why');
  expect(filled).toContain('*x');
  expect(parse(filled)).toEqual({ a: { b: 1 }, c: { b: 1 } });
});

test('a placeholder without a value is an error that names it', () => {
  expect(() => fill('a: ${listen.nothing}\n', {})).toThrow('${listen.nothing}');
  expect(() => fill('a: ${toString}\n', {})).toThrow('${toString}');
});

test('a value that is not used is an error that names it', () => {
  expect(() => fill('a: 1\n', { 'envoy.left': 1 })).toThrow('envoy.left');
});

test('a template that is not YAML is an error', () => {
  expect(() => fill('a: [\n', {})).toThrow('not valid YAML');
});

test('whatever a value is, the structure around it stays and the value comes back', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('"\n  evil: true\n', '${v}', '*x', '&x', '- a', '# no', '%REQ(x)%', '\\', '{a: 1}', "'"),
  );
  fc.assert(
    fc.property(value, (v) => {
      const filled = fill('a: ${v}\nb: { c: "${v}", d: "x${v}y" }\ne: [1]\n', { v });
      expect(parse(filled)).toEqual({ a: v, b: { c: v, d: `x${v}y` }, e: [1] });
    }),
  );
});
