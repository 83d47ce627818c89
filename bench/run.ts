// npm run bench -- NAME [--json]: runs bench/NAME.ts, whose `run` prints its progress to stderr and gives its figures.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What a benchmark measured: plain figures, named as the documentation names them. */
export type Figures = Record<string, number | string | null>;

export interface Benchmark {
  /** Prints progress and tables to stderr. */
  run(): Promise<Figures>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length));

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name = ''] = positionals;

if (values.help || !names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME [--json]\n\nNAME is one of ${names.join(', ')}.\n`);
  process.exitCode = values.help ? 0 : 1;
} else {
  const { run } = (await import(`./${name}.ts`)) as Benchmark;
  const figures = await run();
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else for (const [figure, value] of Object.entries(figures)) process.stdout.write(`${figure}: ${value}\n`);
}
