import { z } from 'zod';
import { isBranchName } from '../branch-name.ts';
import { repositoryScheme } from '../repository-address.ts';
import { duration, filePath, positiveDuration, programPath, size } from '../units.ts';

const credentialSchema = z
  .strictObject({
    username: z
      .string()
      .regex(/^[^:\p{Cc}]{1,256}$/u, 'expected a name without a colon')
      .default('x-access-token')
      .describe('what the host asks for beside the token'),
    tokenFile: filePath().optional().describe('file with the token or password'),
    tokenVariable: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
      .optional()
      .describe('environment variable with the token or password'),
  })
  .refine(({ tokenFile, tokenVariable }) => (tokenFile === undefined) !== (tokenVariable === undefined), {
    error: 'expected one of tokenFile and tokenVariable',
  });

const sshSchema = z.strictObject({
  keyFile: filePath().describe('private key without a passphrase'),
  knownHostsFile: filePath().describe('keys of the hosts that are trusted (ssh-keyscan); no other is'),
});

const repositorySchema = z
  .strictObject({
    path: filePath().optional().describe('folder of a repository on this machine, bare or not'),
    url: z
      .string()
      .refine((address) => repositoryScheme(address) !== undefined, {
        error:
          'expected https://host/path, ssh://user@host/path, user@host:path or file:///path, without a password (http:// only for loopback)',
      })
      .optional()
      .describe('address of a repository: https, ssh or file'),
    tenants: z
      .array(z.string().min(1))
      .min(1, "expected tenants, or '*' for all")
      .max(1_000)
      .describe('whose jobs may use it; `*` stands for all tenants'),
    defaultBranch: z
      .string()
      .refine(isBranchName, { error: 'expected the name of a branch' })
      .default('main')
      .describe('where a request names none'),
    instructions: z
      .enum(['ignore', 'allow'])
      .default('ignore')
      .describe(
        'what becomes of its CLAUDE.md and CLAUDE.local.md files: left out of the copy, or given to Claude Code',
      ),
    credential: credentialSchema.optional().describe('for https'),
    ssh: sshSchema.optional().describe('for ssh'),
  })
  .superRefine(({ path, url, credential, ssh }, context) => {
    const scheme = url === undefined ? undefined : repositoryScheme(url);
    const add = (at: string[], message: string) => context.addIssue({ code: 'custom', path: at, message });
    if ((path === undefined) === (url === undefined)) add([], 'expected one of path and url');
    if (credential !== undefined && scheme !== 'https' && scheme !== 'http') {
      add(['credential'], 'expected with an https:// url only');
    }
    if (ssh !== undefined && scheme !== 'ssh') add(['ssh'], 'expected with an ssh url only');
    if (ssh === undefined && scheme === 'ssh') add(['ssh'], 'expected keyFile and knownHostsFile');
  });

const WORKSPACE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,126}[A-Za-z0-9])?$/;

export const workspacesSchema = z
  .strictObject({
    repositories: z
      .record(
        z.string().regex(WORKSPACE_NAME, 'expected letters, digits, dots, dashes, slashes and underscores'),
        repositorySchema,
      )
      .default({})
      .describe(
        'name -> git repository: a job whose `context.repository` is this name gets a fresh copy of it',
      ),
    otherRepositories: z
      .enum(['refuse', 'tell'])
      .default('refuse')
      .describe(
        'a `context.repository` that is none of the workspaces of the tenant: answer 400, or only tell the run its name; without any workspace it is always told',
      ),
    folder: filePath()
      .optional()
      .describe('where mirrors are kept; without it a folder below the data folder'),
    gitPath: programPath().default('git').describe('git'),
    maxAge: duration('30s').describe('how old a mirror may be when a job uses it; an older one is fetched'),
    fetchTimeout: positiveDuration('2m').describe('how long one fetch may take'),
    fetches: z.int().min(1).max(64).default(4).describe('fetches that go on at the same time'),
    copies: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe('copies that are made at the same time; the jobs of others wait'),
    keep: positiveDuration('30d').describe('how long a mirror is kept that nobody uses'),
    limits: z
      .strictObject({
        mirror: size('2GiB').describe('of one mirror, with its whole history'),
        copy: size('1GiB').describe(
          'of the files of one copy, and of the history that it has besides, which is on the disk twice',
        ),
        files: z.int().min(1).max(1_000_000).default(50_000).describe('of one copy'),
        history: z.int().min(1).max(100_000).default(50).describe('commits that the copy has of its branch'),
        patch: size('20MiB').describe('of changes.patch; a longer one is left out, and the result says so'),
        patchFile: size('5MiB').describe(
          'of one changed file; a larger one is left out of changes.patch, and the result says so',
        ),
        summaryFiles: z
          .int()
          .min(0)
          .max(2_000)
          .default(200)
          .describe('changed files that the result lists; it counts all of them'),
      })
      .prefault({}),
    patchTimeout: positiveDuration('1m').describe(
      'how long making changes.patch may take; it is left out then',
    ),
  })
  .prefault({});
