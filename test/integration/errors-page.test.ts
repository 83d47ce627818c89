import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADMIN_PROBLEMS } from '../../src/admin/index.ts';
import { PROBLEMS } from '../../src/api/problem.ts';
import { DENIALS } from '../../src/authz/denial.ts';
import { ROOT } from '../../src/toolchain/index.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const sections = read('docs/errors.md').split(/^## .*$/m);
const codesOf = (section = '') =>
  section
    .matchAll(/^\|.*?`([a-z_]+)` \|/gm)
    .map((match) => match[1])
    .toArray();

describe('docs/errors.md', () => {
  it('has every code that authz, the api, the rate limit service and Envoy answer, and no other', () => {
    const envoy = ['envoy/envoy.yaml', 'envoy/oidc.yaml'].flatMap((file) =>
      [...read(file).matchAll(/^ +code: ([a-z_]+)$/gm)].map((match) => match[1]),
    );
    const answered = new Set([...Object.keys(DENIALS), ...Object.keys(PROBLEMS), ...envoy]);
    expect(new Set(codesOf(sections[0]))).toEqual(answered);
  });

  it('has every code that the admin API answers, and no other', () => {
    expect(new Set(codesOf(sections[2]))).toEqual(new Set(Object.keys(ADMIN_PROBLEMS)));
  });
});
