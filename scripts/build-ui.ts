/**
 * Builds the dashboard (src/admin/ui/operator) and the callers' page (src/admin/ui/caller) into dist/ui: names with the
 * hash of what is in the file, and beside each file its Brotli and gzip forms, so that no process compresses at run time.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from '../src/toolchain/index.ts';

/** Each page with the path that it is served below. */
const PAGES = { operator: '/dashboard/', caller: '/claude/dashboard/' };
/** What is in what is built; each licence wants its text to go along. */
const BUNDLED = ['preact', 'uplot', '@fontsource-variable/inter'];
/** Already compressed, or too small to gain from it. */
const LEFT_ALONE = /[.]woff2$/;

for (const [name, base] of Object.entries(PAGES)) {
  const root = join(ROOT, 'src/admin/ui', name);
  const outDir = join(ROOT, 'dist/ui', name);
  await build({
    configFile: false,
    root,
    base,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      // The policy that pages are served with allows no data: URL but for images.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true });
  await Promise.all(
    files
      .filter((file) => file.isFile() && !LEFT_ALONE.test(file.name))
      .map((file) => compress(join(file.parentPath, file.name))),
  );
}

writeFileSync(
  join(ROOT, 'dist/ui/THIRD-PARTY-LICENSES.txt'),
  BUNDLED.map(
    (name) => `${name}\n\n${readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8')}`,
  ).join('\n\n'),
);

async function compress(file: string): Promise<void> {
  const content = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
