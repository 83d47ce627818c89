import { SETTINGS, type Setting } from './table.ts';

const HEADER = `# Settings of envoyproxy/ratelimit

Generated from \`src/ratelimit/settings/table.ts\` by \`scripts/node scripts/reference.ts\`; do not edit.

\`gatehouse serve ratelimit\` reads the environment settings of envoyproxy/ratelimit, so that a Helm values file or a deployment that starts it can start
Gatehouse with another image. They are read where one of them is set that nothing else has (\`RUNTIME_ROOT\`, \`RUNTIME_SUBDIRECTORY\`, \`RUNTIME_APPDIRECTORY\`,
\`CONFIG_TYPE\`, \`CONFIG_GRPC_XDS_…\`, \`REDIS_SOCKET_TYPE\`), by \`serve\` with the one role \`ratelimit\`, and by nothing else: \`gatehouse up\` keeps them from its parts.

Of what is said in several places the first counts: \`--set\`, \`GATEHOUSE_…\`, the settings below, the configuration file (\`--config\`), the default. Beside them the
service listens on all addresses, as envoyproxy/ratelimit does (gRPC on 8081, HTTP on 8080), unless these settings or the file say otherwise.
A value that cannot be used is an error that names the setting. One that is set and has no effect is told in the log at the start.

| setting | default there | here |
|---|---|---|
`;

/** The page that tells what becomes of each setting, as Markdown. */
export function settingsReference(): string {
  const rows = SETTINGS.map(
    (setting) => `| \`${setting.name}\` | ${shown(setting.default)} | ${fate(setting)} |`,
  );
  return `${HEADER}${rows.join('\n')}\n`;
}

function shown(fallback: string): string {
  return fallback === '' ? '–' : `\`${fallback}\``;
}

function fate({ fate: kind, by, note }: Setting): string {
  switch (kind) {
    case 'honoured':
      return `honoured: \`${by}\`${note === undefined ? '' : `; ${note}`}`;
    case 'replaced':
      return `replaced by ${by}`;
    case 'not_applicable':
      return `not applicable: ${by}`;
  }
}
