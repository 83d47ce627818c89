import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobRequest } from '../../src/jobs/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool, textOf } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { type ScriptedAnswer, startScriptedModel } from '../support/scripted-model.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;
/** A folder of the host in which anyone may read and write. */
let hostFolder: string;
beforeAll(() => {
  hostFolder = mkdtempSync(join(tmpdir(), 'gatehouse-test-host-'));
  chmodSync(hostFolder, 0o777);
});
afterAll(() => rmSync(hostFolder, { recursive: true }));

const isRoot = process.getuid?.() === 0;
/** For what a shell cannot do: system calls. */
const PYTHON = '/usr/bin/python3';
const hasPython = existsSync(PYTHON);

/** The command that runs a program inside; a directive has one line only. */
function inPython(program: string): string {
  return `echo ${Buffer.from(program).toString('base64')} | base64 -d | ${PYTHON}`;
}

describe.skipIf(withoutBubblewrap !== undefined)(
  `in bubblewrap${withoutBubblewrap ? `: ${withoutBubblewrap}` : ''}`,
  () => {
    let pool: TestPool;
    beforeAll(async () => {
      process.env.GATEHOUSE_TEST_SECRET = 'secret-of-the-host';
      pool = await openTestPool();
    });
    afterAll(async () => {
      delete process.env.GATEHOUSE_TEST_SECRET;
      await pool.close();
    });

    /** What a command prints inside, as the stand-in model repeats it. */
    async function bash(command: string): Promise<string> {
      const { outcome } = await pool.run({ prompt: `stand-in: bash ${command}` });
      if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
      return outcome.text;
    }

    test('the pool says so', () => {
      expect(pool.pool.sandbox).toBe('bubblewrap');
    });

    test('a job writes a file by the Write tool in its working folder and reads it back', async () => {
      const { outcome, events } = await pool.run({
        prompt: 'stand-in: write note.txt remember me\nstand-in: bash cat /work/note.txt',
      });
      expect(outcome).toMatchObject({ kind: 'completed', text: expect.stringContaining('remember me') });
      expect(events.filter(({ type }) => type === 'tool')).toEqual([
        { type: 'tool', name: 'Write', id: expect.any(String) },
        { type: 'tool', name: 'Bash', id: expect.any(String) },
      ]);
      expect(textOf(events)).toContain('remember me');
    });

    test('a job that nests folders deeper than a path may be long keeps its result, and they are removed', async () => {
      const deep = 'n=$(printf "d%.0s" {1..200}); for i in {1..60}; do mkdir $n; cd $n; done; echo nested';
      expect(await bash(`cd /work; ${deep}`)).toContain('nested');
      const [folder = ''] = readdirSync(join(pool.dataDir, 'workers'));
      expect(readdirSync(join(pool.dataDir, 'workers', folder))).toEqual([]);
    });

    test('memory that it may fill by files is bounded, in /dev/shm too', async () => {
      expect(await bash('head -c 100M /dev/zero > /dev/shm/fill; echo ended with $?')).toContain(
        'ended with 1',
      );
      expect(await bash('head -c 1K /dev/zero > /dev/fill; echo ended with $?')).toContain('ended with 1');
    });

    test.runIf(hasPython)(
      'a job that floods the worker’s output is ended before it fills the log',
      async () => {
        // Its processes have the CLI's uid, so that they can take its descriptors: pidfd_open(2), pidfd_getfd(2).
        const flood = `
import ctypes, json, os
syscall = ctypes.CDLL(None).syscall
stdout = syscall(438, syscall(434, int(os.environ['CLAUDE_PID']), 0), 1, 0)
os.set_blocking(stdout, True)
delta = {'type': 'text_delta', 'text': 'x' * 100000}
event = {'type': 'content_block_delta', 'delta': delta}
line = json.dumps({'type': 'stream_event', 'event': event}) + chr(10)
while os.write(stdout, line.encode()): pass
`;
        const { outcome, events } = await pool.run({ prompt: `stand-in: bash ${inPython(flood)}` });
        expect(outcome).toMatchObject({ error: { code: 'output_limit' } });
        expect(textOf(events).length).toBeLessThanOrEqual(16 * 2 ** 20);
      },
    );

    test('a tool’s long result is kept where the run can read it', async () => {
      const long = 'stand-in: bash seq 1 100000\nstand-in: bash tail -n 1 /cfg/projects/*/*/tool-results/*';
      const { outcome } = await pool.run({ prompt: long });
      expect(outcome).toMatchObject({ text: 'Bash answered: 100000' });
    });

    test('the next job finds nothing of it', async () => {
      await bash('touch /work/left /home/worker/left /cfg/projects/left /tmp/left');
      expect(await bash('ls /work /home/worker /cfg/projects /tmp')).not.toContain('left');
    });

    describe('with a listener on this host', () => {
      let server: Server;
      let port: number;
      let reached = 0;
      beforeAll(async () => {
        server = createServer((socket) => {
          reached += 1;
          socket.end('hello');
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        port = (server.address() as { port: number }).port;
      });
      afterAll(() => server.close());

      test('it cannot be reached', async () => {
        const connect = `(exec 3<>/dev/tcp/127.0.0.1/${port}) 2>&1 && echo reached || echo no way out`;
        const answer = await bash(connect);
        expect(answer).toContain('no way out');
        expect(reached).toBe(0);
      });
    });

    test('there is no network interface but loopback', async () => {
      expect(await bash("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).toBe('Bash answered: lo');
    });

    test('only its own folders and the system are there', async () => {
      const root = (await bash('ls -A /')).replace('Bash answered: ', '').split('\n');
      const system = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin', 'usr'];
      expect(root.filter((name) => !system.includes(name))).toEqual([
        ...['cfg', 'dev', 'etc', 'home', 'opt', 'proc', 'run', 'tmp', 'work'],
      ]);
      expect(await bash('ls -A /run /opt | xargs')).toBe('Bash answered: /opt: claude /run: model.sock');
    });

    test('the host’s files cannot be seen', async () => {
      const marker = join(hostFolder, 'marker');
      writeFileSync(marker, 'host file');
      expect(
        await bash(`cat ${marker} ${process.cwd()}/package.json ${pool.dataDir} 2>&1 || true`),
      ).not.toMatch(/host file|"name"|Is a directory/);
      expect(await bash('cat /etc/passwd; cat /etc/shadow 2>&1 || true')).toMatch(
        /^Bash answered: worker:x:\d+:\d+:worker:\/home\/worker:\/bin\/bash\ncat: \/etc\/shadow: No such file or directory$/,
      );
    });

    test('nothing outside its own folders can be written', async () => {
      const answer = await bash('touch /usr/x /etc/x /opt/x /run/x /x /opt/claude 2>&1; true');
      // Where we are not root the CLI's file is the worker's own user's, and the kernel first says that it runs.
      const refused =
        /cannot touch '(?:[^']+': (?:Read-only file system|Permission denied)|\/opt\/claude': Text file busy)/g;
      expect(answer.match(refused)).toHaveLength(6);
    });

    test('only its own processes can be seen', async () => {
      const pids = await bash('ls /proc | grep -c "^[0-9]*$"');
      expect(Number(pids.replace('Bash answered: ', ''))).toBeLessThan(10);
    });

    test('it has no capability, no way to new privileges and no further user namespace', async () => {
      const status = await bash(
        'grep -E "^(Cap|NoNewPrivs)" /proc/self/status | tr -d "\\t" | xargs; unshare -Ur true 2>&1',
      );
      expect(status).toContain(
        'CapInh:0000000000000000 CapPrm:0000000000000000 CapEff:0000000000000000 CapBnd:0000000000000000 CapAmb:0000000000000000 NoNewPrivs:1',
      );
      expect(status).toContain('unshare failed');
    });

    test.runIf(isRoot)('it runs as the uid of its slot', async () => {
      expect(await bash('id -u; id -g; id -G')).toBe('Bash answered: 61000\n61000\n61000');
    });

    test('the environment holds nothing of the host and no secret', async () => {
      const names = (await bash('env')).replace('Bash answered: ', '').split('\n');
      expect(names.join('\n')).not.toMatch(/secret-of-the-host|GATEHOUSE/);
      expect(names.filter((line) => /KEY|TOKEN(?!S)|SECRET|PASSWORD/.test(line.split('=')[0] ?? ''))).toEqual(
        [
          'ANTHROPIC_API_KEY=held-by-the-model-proxy',
          // The CLI's own, for messages between sessions; it dies with this one.
          expect.stringMatching(/^CLAUDE_CODE_MESSAGING_TOKEN=/),
        ],
      );
    });

    // No namespace parts keyrings: a session keyring is inherited, with the keys of whoever started us.
    test.runIf(hasPython)('it can neither find nor leave keys in the kernel', async () => {
      const use = `
import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    return 'done' if libc.syscall(*arguments) >= 0 else errno.errorcode[ctypes.get_errno()]
add_key = {'x86_64': 248, 'aarch64': 217}[platform.machine()]
session = -3
print(call(add_key, b'user', b'left', b'secret', 6, session))
print(call(add_key + 1, b'user', b'left', None, 0))
print(call(add_key + 2, 0, session, 0))
`;
      expect(await bash(inPython(use))).toBe('Bash answered: ENOSYS\nENOSYS\nENOSYS');
    });

    // The network namespace does not part these: vsock leads from a virtual machine to its host.
    test.runIf(hasPython)('it can make no socket that leads out past the network namespace', async () => {
      const use = `
import errno, socket
unix, ipv4, ipv6, netlink, bluetooth, crypto, vsock = 1, 2, 10, 16, 31, 38, 40
for family in (unix, ipv4, ipv6, netlink, bluetooth, crypto, vsock):
    try:
        socket.socket(family, socket.SOCK_DGRAM)
        print(family, 'made')
    except OSError as error:
        print(family, errno.errorcode[error.errno])
`;
      const made = ['1', '2', '10', '16'].map((family) => `${family} made`);
      const refused = ['31', '38', '40'].map((family) => `${family} EAFNOSUPPORT`);
      expect(await bash(inPython(use))).toBe(`Bash answered: ${[...made, ...refused].join('\n')}`);
    });

    test('two jobs at once do not see each other', async () => {
      const look = 'touch /work/$$; sleep 0.3; ls /work | wc -l';
      const both = await Promise.all([bash(look), bash(look)]);
      expect(both).toEqual(['Bash answered: 1', 'Bash answered: 1']);
    });
  },
);

const hasLimits = withoutBubblewrap === undefined && existsSync('/usr/bin/prlimit');

describe.runIf(hasLimits)('what a job can take of the host', () => {
  /** Not the other tests' uid: their workers would meet the limit too. */
  const UID = 61_970;
  let pool: TestPool;
  beforeAll(async () => {
    pool = await openTestPool({ set: [`pool.uid=${UID}`] });
  });
  afterAll(() => pool.close());

  test('is no file over 1 GiB', async () => {
    const { outcome } = await pool.run({
      prompt: 'stand-in: bash truncate -s 1G /work/a; truncate -s 1025M /work/b; stat -c "%n %s" /work/*',
    });
    expect(outcome).toMatchObject({ text: expect.stringMatching(/\/work\/a 1073741824\n\/work\/b 0$/) });
  });

  test.runIf(isRoot)('is a bounded number of processes, which end with it', async () => {
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, processesOf(UID).length);
    }, 100);
    // Enough to meet the limit; the host takes far more.
    const prompt = 'stand-in: bash for i in {1..2000}; do sleep 60 & done; wait';
    const { outcome } = await pool.run({ prompt }, { timeoutMs: 5_000 });
    clearInterval(look);
    expect(outcome.kind).toBe('failed');
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThanOrEqual(1024);
    expect(processesOf(UID)).toEqual([]);
    const after = await pool.run({ prompt: 'stand-in: say well again' });
    expect(after.outcome).toMatchObject({ kind: 'completed', text: 'well again' });
  });
});

describe('without a sandbox', () => {
  /** Runs one attempt whose model calls a list of tools, offered or not. */
  async function runWith(answers: ScriptedAnswer[], request: JobRequest) {
    const model = await startScriptedModel([...answers, { text: 'done' }]);
    const pool = await openTestPool({
      set: ['pool.sandbox=none', `model.baseUrl=${model.url}`, 'model.provider=anthropic'],
      env: { ANTHROPIC_API_KEY: 'sk-test' },
    });
    try {
      return {
        ...(await pool.run({ max_turns: 50, ...request })),
        requests: model.requests,
        sandbox: pool.pool.sandbox,
      };
    } finally {
      await pool.close();
      await model.close();
    }
  }

  test('no tool is offered, and none runs that a model calls all the same', async () => {
    const trace = join(hostFolder, 'trace');
    const touch = `touch ${trace}`;
    const calls: ScriptedAnswer[] = [
      { tool: 'Bash', input: { command: touch } },
      { tool: 'Write', input: { file_path: trace, content: 'x' } },
      { tool: 'Edit', input: { file_path: trace, old_string: '', new_string: 'x' } },
      { tool: 'NotebookEdit', input: { notebook_path: `${trace}.ipynb`, new_source: 'x' } },
      { tool: 'Read', input: { file_path: '/etc/hostname' } },
      { tool: 'Glob', input: { pattern: '/etc/*' } },
      { tool: 'Grep', input: { pattern: 'root', path: '/etc/passwd', output_mode: 'content' } },
      { tool: 'Task', input: { description: 'd', prompt: 'p', subagent_type: 'general-purpose' } },
      { tool: 'Agent', input: { description: 'd', prompt: 'p', subagent_type: 'general-purpose' } },
      { tool: 'Skill', input: { skill: 'doctor' } },
      { tool: 'Monitor', input: { command: touch } },
      { tool: 'WebFetch', input: { url: 'http://127.0.0.1/', prompt: 'p' } },
      { tool: 'ToolSearch', input: { query: 'select:Bash' } },
      { tool: 'Workflow', input: { script: touch } },
      { tool: 'EnterWorktree', input: {} },
      { tool: 'CronCreate', input: { cron: '* * * * *', prompt: 'p' } },
    ];
    const { outcome, requests, sandbox } = await runWith(calls, { prompt: 'hi' });
    expect(sandbox).toBe('none');
    expect(outcome).toMatchObject({ kind: 'completed', text: 'done' });
    expect(requests).toHaveLength(calls.length + 1);
    const { tools = [], messages } = JSON.parse(requests.at(-1) ?? '') as {
      tools?: unknown[];
      messages: { content: { type: string; is_error?: boolean; content?: string }[] | string }[];
    };
    expect(tools).toEqual([]);
    const results = messages
      .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
      .filter(({ type }) => type === 'tool_result');
    expect(results).toHaveLength(calls.length);
    for (const result of results) {
      expect(result).toMatchObject({
        is_error: true,
        content: expect.stringContaining('No such tool available'),
      });
    }
    expect(existsSync(trace)).toBe(false);
  });

  test('a prompt that mentions a file of the host does not get it', async () => {
    const secret = join(hostFolder, 'mentioned');
    writeFileSync(secret, 'what only the host knows');
    const { requests } = await runWith([], { prompt: `summarise @${secret} and @/etc/passwd` });
    expect(requests.at(-1)).toContain('summarise @');
    expect(requests.at(-1)).not.toMatch(/what only the host knows|root:x:/);
  });

  test('nothing is left in the places that the host shares', async () => {
    const shared = () =>
      [tmpdir(), '/tmp']
        .flatMap((folder) => readdirSync(folder))
        .filter((name) => /^(claude|cc-)/.test(name));
    const before = shared();
    await runWith([], { prompt: 'hi' });
    expect(shared()).toEqual(before);
  });
});
