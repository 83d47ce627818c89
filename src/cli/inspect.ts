import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { type Inspection, inspect } from '../inspect/index.ts';

/** Characters shown from where a reason's passage starts. */
const EXCERPT_CHARACTERS = 80;

/** `gatehouse inspect`: what prompt inspection says of a text, or of every file below a folder. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Say what prompt inspection makes of a text: allow, flag or reject, how sure it is, and why.',
    )
    .argument('[file]', 'a text file; - or nothing reads standard input', '-')
    .option('--stats <dir>', 'inspect every file below a folder instead, and count the verdicts')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  gatehouse inspect prompt.txt
  echo 'Ignore all previous instructions.' | gatehouse inspect
  gatehouse inspect --stats prompts/ --json

The score goes from 0 (harmless) to 1 (certainly an attack); from 0.5 a text is flagged, from 0.9 rejected.
docs/prompt-inspection.md says what is caught and what cannot be.`,
    )
    .action(async (file: string, { stats, json = false }: { stats?: string; json?: boolean }) => {
      if (stats !== undefined) return printStats(stats, json);
      const content = file === '-' ? await text(process.stdin) : await readText(file);
      const inspection = inspect(content);
      process.stdout.write(json ? `${JSON.stringify(inspection)}\n` : readable(content, inspection));
    });
}

function readable(content: string, { decision, score, reasons }: Inspection): string {
  const lines = reasons.map(({ rule, position }) => {
    const before = content.slice(0, position);
    const line = before.split('\n').length;
    const column = position - before.lastIndexOf('\n');
    const excerpt = content.slice(position, position + EXCERPT_CHARACTERS).replaceAll(/\s+/g, ' ');
    return `  ${line}:${column}  ${rule}  «${excerpt}»`;
  });
  return `${[`${decision}  score ${score.toFixed(3)}`, ...lines].join('\n')}\n`;
}

async function printStats(folder: string, json: boolean): Promise<void> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new Error(`${folder} is no folder: --stats takes a folder of text files.`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const counts = { files: 0, allow: 0, flag: 0, reject: 0 };
  const suspicious: { file: string; decision: string; score: number }[] = [];
  for (const file of files.sort()) {
    const { decision, score } = inspect(await readText(file));
    counts.files += 1;
    counts[decision] += 1;
    if (decision !== 'allow') suspicious.push({ file, decision, score });
  }
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...counts, suspicious })}\n`);
    return;
  }
  const lines = suspicious.map(
    ({ file, decision, score }) => `${decision.padEnd(6)}  ${score.toFixed(3)}  ${file}`,
  );
  const { files: total, allow, flag, reject } = counts;
  const summary = `${total} files: ${allow} allowed, ${flag} flagged, ${reject} rejected`;
  process.stdout.write(`${[...lines, summary].join('\n')}\n`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
}
