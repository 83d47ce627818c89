import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { checkSkills } from '../../src/skills/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { readPdf } from '../support/pdf-file.ts';
import { readZip, textOfXml } from '../support/zip-file.ts';

/** As a sandbox finds it; not one of a user's own. */
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path));
const withoutPython = PYTHON === undefined ? 'there is no Python 3 in /usr' : undefined;

const REPORT = `# Größe & <limits> of (all) \\\\ things — 2026

Some **bold**, *italic* and \`code()\`, and a [link](https://example.com/a), with snake_case_word and 2 * 3.

## Findings

- the first
- the second
  - below it

1. one
2. two

> As somebody said.

| Name | Value |
|---|---:|
| alpha | 1 |
| beta | 2 |

\`\`\`
if (a < b) { return "\\\\"; }
\`\`\`

---
The end.
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-shipped-skills-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a skill's script as a sandbox would: nothing but the standard library, and no folder that can be written to. */
async function make(script: string, markdown: string, ...more: string[]) {
  await writeFile(join(folder, 'in.md'), markdown);
  const args = ['-I', '-B', '-S', '-c', RUN, join(ROOT, 'skills', script), 'in.md', 'out', ...more];
  const { stdout, stderr } = await promisify(execFile)(PYTHON ?? '', args, { cwd: folder });
  return { bytes: await readFile(join(folder, 'out')), stdout, stderr };
}

/** Isolated mode leaves the script's own folder out, which it is started from otherwise. */
const RUN =
  'import runpy, sys, os; sys.argv = sys.argv[1:]; sys.path.insert(0, os.path.dirname(sys.argv[0])); ' +
  'runpy.run_path(sys.argv[0], run_name="__main__")';

test('the skills that ship can all be used', async () => {
  expect(await checkSkills(loadConfig({ dataDir: '.', cwd: '.' }))).toEqual(['docx', 'pdf', 'tdd']);
});

test('the skill that docs/skills.md shows can be used as it stands there', async () => {
  const page = readFileSync(join(ROOT, 'docs/skills.md'), 'utf8');
  const example = (kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
  await writeFile(join(folder, 'gatehouse.yaml'), example('yaml'));
  await mkdir(join(folder, 'skills/release-notes'), { recursive: true });
  await writeFile(join(folder, 'skills/release-notes/SKILL.md'), example('markdown'));
  const config = loadConfig({ file: join(folder, 'gatehouse.yaml'), dataDir: '.', cwd: '.' });
  expect(await checkSkills(config)).toContain('release-notes');
});

test('pdf and docx read Markdown in the same way', () => {
  const reader = (skill: string) =>
    readFileSync(join(ROOT, 'skills', skill, 'scripts/markdown_blocks.py'), 'utf8');
  expect(reader('docx')).toBe(reader('pdf'));
});

describe.skipIf(withoutPython !== undefined)('pdf', () => {
  test('makes a PDF that holds to the standard, with all of the text', async () => {
    const { bytes, stdout, stderr } = await make('pdf/scripts/make_pdf.py', REPORT);
    const pdf = readPdf(bytes);
    expect(pdf).toMatchObject({ pages: 1, title: 'Größe & <limits> of (all) \\ things — 2026' });
    for (const part of [
      pdf.title,
      'Some bold, italic and code(), and a link (https://example.com/a)',
      'snake_case_word and 2 * 3.',
      'Findings',
      'the first',
      'below it',
      '•',
      '2.',
      'As somebody said.',
      'alpha',
      'if (a < b) { return "\\\\"; }',
      'The end.',
      '1 / 1',
    ])
      expect(pdf.text).toContain(part);
    expect({ stdout, stderr }).toEqual({ stdout: `out: 1 pages, ${bytes.length} bytes\n`, stderr: '' });
  });

  test('goes on at the next page, also within a row of a table that is longer than a page', async () => {
    const long = `${'word '.repeat(4000)}`;
    const { bytes } = await make(
      'pdf/scripts/make_pdf.py',
      `# T\n\n${long}\n\n| a | b |\n|---|---|\n| ${long}| x |\n`,
    );
    const { pages, text } = readPdf(bytes);
    expect(pages).toBeGreaterThan(6);
    expect(text.match(/word/g)).toHaveLength(8000);
    expect(text).toContain(`${pages} / ${pages}`);
  });

  test('comes to an end with words that are longer than a page, and signs that open and never close', async () => {
    const hostile = ['x'.repeat(100_000), '[a]('.repeat(5000), '*'.repeat(20_001), '_a '.repeat(5000)];
    const wide = `${'| a '.repeat(100)}|\n${'|---'.repeat(100)}|\n${'| bcd '.repeat(100)}|\n`;
    const { bytes } = await make('pdf/scripts/make_pdf.py', [...hostile, wide].join('\n\n'));
    const { pages, text } = readPdf(bytes);
    expect(pages).toBeGreaterThan(20);
    expect(text.replaceAll('\n', '')).toContain('x'.repeat(2000));
    expect(text.match(/x/g)).toHaveLength(100_000);
  });

  test('says which characters its fonts do not have', async () => {
    const { bytes, stderr } = await make('pdf/scripts/make_pdf.py', '# Ω is missing, ﬁ is not\n');
    expect(readPdf(bytes).text).toContain('? is missing, fi is not');
    expect(stderr).toContain('do not have Ωﬁ;');
  });

  test('an empty file, and pages of a size that is none, are refused with one sentence', async () => {
    await expect(make('pdf/scripts/make_pdf.py', ' \n')).rejects.toMatchObject({
      stderr: 'in.md is empty: write the report into it first.\n',
    });
    await expect(make('pdf/scripts/make_pdf.py', REPORT, '--page', 'a5')).rejects.toMatchObject({
      stderr: expect.stringContaining("invalid choice: 'a5'"),
    });
  });
});

describe.skipIf(withoutPython !== undefined)('docx', () => {
  test('makes a package with the parts that the standard asks for, and all of the text', async () => {
    const { bytes } = await make('docx/scripts/make_docx.py', REPORT);
    const parts = readZip(bytes);
    expect([...parts.keys()][0]).toBe('[Content_Types].xml');
    for (const xml of parts.values()) textOfXml(xml);
    for (const [, name] of (parts.get('[Content_Types].xml') ?? '').matchAll(/PartName="\/([^"]*)"/g)) {
      expect(parts.has(name ?? ''), name).toBe(true);
    }
    const targets = ['_rels/.rels', 'word/_rels/document.xml.rels'].flatMap((path) =>
      [...(parts.get(path) ?? '').matchAll(/Target="([^"]*)"/g)].map(([, target]) =>
        path.startsWith('word') ? `word/${target}` : target,
      ),
    );
    expect([...parts.keys()]).toEqual(expect.arrayContaining(targets));
    const text = textOfXml(parts.get('word/document.xml') ?? '');
    for (const part of [
      'Größe & <limits> of (all) \\ things — 2026',
      'below it',
      'alpha',
      'if (a < b)',
      'The end.',
    ])
      expect(text).toContain(part);
    expect(textOfXml(parts.get('docProps/core.xml') ?? '')).toContain('Größe & <limits>');
  });

  test('gives headings, lists and tables the styles that are defined, and each numbered list its own numbers', async () => {
    const { bytes } = await make('docx/scripts/make_docx.py', `${REPORT}\n1. again\n\nThen:\n\n1. anew\n`);
    const parts = readZip(bytes);
    const document = parts.get('word/document.xml') ?? '';
    const styles = parts.get('word/styles.xml') ?? '';
    const used = [...document.matchAll(/<w:(?:pStyle|tblStyle) w:val="(\w+)"/g)].map(([, style]) => style);
    expect(new Set(used)).toEqual(
      new Set(['Heading1', 'Heading2', 'ListParagraph', 'Quote', 'Code', 'Grid']),
    );
    for (const style of used) expect(styles).toContain(`w:styleId="${style}"`);
    const numbers = [...document.matchAll(/<w:numId w:val="(\d+)"/g)].map(([, number]) => number);
    expect(numbers).toEqual(['1', '1', '1', '2', '2', '3', '4']);
    for (const number of numbers) expect(parts.get('word/numbering.xml')).toContain(`w:numId="${number}"`);
  });

  test('leaves out what no XML may have', async () => {
    const { bytes } = await make('docx/scripts/make_docx.py', '# a\u0001b\u001bc\n');
    expect(textOfXml(readZip(bytes).get('word/document.xml') ?? '')).toContain('abc');
  });

  test('an empty file is refused with one sentence', async () => {
    await expect(make('docx/scripts/make_docx.py', '')).rejects.toMatchObject({
      stderr: 'in.md is empty: write the document into it first.\n',
    });
  });
});
