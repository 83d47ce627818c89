import { adminUrl, httpUrl, type Part, type Ready, tlsUrl } from './ready.ts';

const STAND_IN = [
  'THE STAND-IN MODEL ANSWERS: no provider key is set, so answers are made up here and nothing leaves this machine.',
  'Set ANTHROPIC_API_KEY and start again to have Claude answer.',
];
const NO_SANDBOX = [
  'NO SANDBOX: Claude Code runs without bubblewrap, and therefore without any tools.',
  "Install your system's bubblewrap package; 'gatehouse doctor' says what is missing.",
];

/** What `up` prints for people once everything runs. */
export function banner(ready: Ready): string {
  const { config, demoKey, admin, caFile, parts } = ready;
  const sections = [
    'Gatehouse is ready.',
    ...warnings(ready),
    table(parts),
    [
      `API key of the client ${demoKey.client}, tier ${demoKey.tier} (shown once, replaced at the next start):`,
      `  ${demoKey.key}`,
    ].join('\n'),
    `Try it:\n  ${curlLine(httpUrl(config), demoKey.key)}`,
    ...(caFile === undefined ? [] : [`With TLS: ${tlsUrl(config)}, with curl --cacert ${caFile}`]),
    `Dashboard for operators, with the token in ${admin.tokenFile} (docs/dashboard.md):\n  ${adminUrl(config)}/dashboard`,
    `The same for programs, such as whom limits refuse (docs/admin.md):\n  ${adminCurlLine(adminUrl(config), admin.tokenFile)}`,
    'Ctrl-C stops everything.',
  ];
  return `\n${sections.join('\n\n')}\n`;
}

/** What is said loudly, because results are not what one might take them for. */
export function warnings({ model, sandbox }: Pick<Ready, 'model' | 'sandbox'>): string[] {
  const loud = [...(model === 'stand-in' ? [STAND_IN] : []), ...(sandbox === 'none' ? [NO_SANDBOX] : [])];
  return loud.map((lines) => lines.map((line) => `  !! ${line}`).join('\n'));
}

/** A command to copy; the key and the URL hold nothing that a shell would read. */
function curlLine(url: string, key: string): string {
  return `curl -sS ${url}/claude/invoke -H 'x-api-key: ${key}' -H 'content-type: application/json' -H 'prefer: wait=30' -d '{"prompt":"Say hello in five words."}'`;
}

/** Names the token's file, so that a screen or a shell's history does not hold the token. */
function adminCurlLine(url: string, tokenFile: string): string {
  return `curl -sS ${url}/api/limits/offenders -H "authorization: Bearer $(cat '${tokenFile.replaceAll("'", `'\\''`)}')"`;
}

function table(parts: Part[]): string {
  const rows = parts.flatMap(({ name, addresses, pid, logFile }) =>
    addresses.map((address, index) =>
      index === 0
        ? [name, address, pid === undefined ? '-' : String(pid), logFile ?? '-']
        : ['', address, '', ''],
    ),
  );
  const all = [['PART', 'ADDRESS', 'PID', 'LOG'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all
    .map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
