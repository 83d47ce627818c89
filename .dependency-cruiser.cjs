/**
 * Room boundaries (docs/architecture.md): which room may import which, and that nothing reaches past a
 * room's index.ts. `npm run boundaries` checks them; `make verify` runs it.
 */
const rooms = {
  // Store rooms know nothing of the domain.
  'url-path': [],
  spelling: [],
  config: ['spelling', 'url-path'],
  redis: [],
  grpc: [],
  telemetry: ['config', 'http', 'trace-context'],
  toolchain: [],
  problem: [],
  pages: ['toolchain'],
  'trace-context': [],
  http: ['problem', 'trace-context'],
  'rule-files': ['spelling'],
  // Pure functions.
  inspect: ['rule-files', 'spelling'],
  authz: [
    'audit',
    'inspect',
    'rule-files',
    'config',
    'url-path',
    'redis',
    'grpc',
    'http',
    'telemetry',
    'problem',
  ],
  audit: ['redis'],
  'log-levels': ['audit', 'config', 'redis', 'telemetry'],
  ratelimit: ['audit', 'config', 'redis', 'grpc', 'rule-files', 'spelling', 'telemetry', 'problem'],
  jobs: ['audit', 'config', 'redis', 'telemetry'],
  model: ['config', 'redis', 'telemetry'],
  workspaces: ['jobs', 'config', 'telemetry', 'toolchain'],
  pool: ['workspaces', 'inspect', 'jobs', 'model', 'ratelimit', 'config', 'redis', 'telemetry', 'toolchain'],
  api: [
    'pages',
    'workspaces',
    'jobs',
    'authz',
    'ratelimit',
    'config',
    'spelling',
    'telemetry',
    'problem',
    'http',
  ],
  envoy: ['config', 'telemetry', 'toolchain'],
  admin: [
    'pages',
    'authz',
    'inspect',
    'jobs',
    'model',
    'ratelimit',
    'audit',
    'log-levels',
    'config',
    'redis',
    'telemetry',
    'http',
  ],
  serve: ['authz', 'ratelimit', 'api', 'pool', 'admin', 'log-levels', 'config', 'telemetry'],
  up: ['authz', 'envoy', 'serve', 'config', 'redis', 'toolchain'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `src/${room}/ may import ${allowed.length ? allowed.join(', ') : 'no other room'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'public-face',
      comment: "A room's index.ts is its public face; nothing reaches past it.",
      severity: 'error',
      from: { path: '^(src|test)/([^/]+)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^src/([^/]+)/(?!index[.]ts$)', pathNot: '^src/$2/' },
    },
    {
      name: 'pages-of-their-own',
      comment:
        'What runs in a browser shares only the types of src/admin/contract.ts with what runs on a server.',
      severity: 'error',
      from: { path: '^src/admin/ui/' },
      to: { path: '^src/', pathNot: '^src/admin/(ui/|contract[.]ts$|contract/)' },
    },
    {
      name: 'pages-are-built',
      severity: 'error',
      from: { path: '^(src|test|bench)/', pathNot: '^src/admin/ui/' },
      to: { path: '^src/admin/ui/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '[.](test|d)[.]ts$' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
