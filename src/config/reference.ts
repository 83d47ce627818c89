import { configShape, type Shape } from './shape.ts';

const HEADER = `# Configuration

Generated from the schema by \`scripts/node scripts/reference.ts\`; do not edit.

The file is YAML (\`--config FILE\`; \`config/gatehouse.yaml\` is where to start). Every value can be left out. Durations are written \`500ms\`, \`30s\`, \`5m\`,
\`24h\`; sizes \`512B\`, \`64KiB\`, \`10MiB\`; addresses \`host:port\`, where port 0 takes any free one. Relative paths start from the file's folder.
\`--set a.b=value\` (repeatable) goes over the environment (\`GATEHOUSE_A__B=value\`), which goes over the file. An unknown key is an error.
\`gatehouse config check --config FILE\` names every mistake with file, line and column.
`;

/** The reference page of every configuration value, as Markdown. */
export function configReference(): string {
  const sections = Object.entries(configShape.properties ?? {}).map(([name, shape]) => {
    const rows = leaves(shape, name).map(
      ([path, leaf]) => `| \`${path}\` | ${shownDefault(leaf)} | ${describe(leaf)} |`,
    );
    return [`\n## ${name}\n`, '| value | default | what |', '|---|---|---|', ...rows, ''].join('\n');
  });
  return HEADER + sections.join('');
}

function leaves(shape: Shape, path: string): [string, Shape][] {
  const below = Object.entries(shape.properties ?? {});
  if (below.length > 0) return below.flatMap(([name, part]) => leaves(part, `${path}.${name}`));
  const named: [string, Shape][] =
    typeof shape.additionalProperties === 'object'
      ? leaves(shape.additionalProperties, `${path}.NAME`)
      : shape.items?.properties !== undefined
        ? leaves(shape.items, `${path}[]`)
        : [];
  return shape.description === undefined && named.length > 0 ? named : [[path, shape], ...named];
}

function shownDefault(shape: Shape): string {
  if (shape.default === undefined) return '–';
  return typeof shape.default === 'object'
    ? (Array.isArray(shape.default) ? shape.default : Object.keys(shape.default as object))
        .map((key) => `\`${key}\``)
        .join(', ')
    : `\`${String(shape.default)}\``;
}

function describe(shape: Shape): string {
  const choices =
    shape.enum === undefined ? '' : `${shape.enum.map((choice) => `\`${String(choice)}\``).join(', ')}. `;
  return `${choices}${shape.description ?? ''}`.trim();
}
