import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../src/model/stand-in/server.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { processesNaming, processesOf } from '../support/processes.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { workspacesOf } from '../support/workspaces.ts';

/** Each of these is a job whose model is hostile: it has the CLI's Bash tool try to get out. */
const isRoot = process.getuid?.() === 0;
const PYTHON = '/usr/bin/python3';
const missing = !isRoot
  ? 'workers have uids of their own only as root'
  : findTool('bwrap') === undefined
    ? missingTool('bwrap')
    : existsSync(PYTHON)
      ? undefined
      : `${PYTHON} is not there`;

const PROVIDER_KEY = 'sk-ant-key-of-the-host';
/** Workers of this test have uids of their own. */
const FIRST_UID = 61_700;
const ESCAPED = 'ESCAPED';

let hostFolder: string;
let redis: TestRedis;
let standIn: StandIn;
let repository: TestRepository;
let pool: TestPool;
const reached: string[] = [];
const servers: Server[] = [];
let udp: Socket;
let tcpPort = 0;
let victim: { uid: number; folder: string; done: Promise<unknown>; cancel(): void };

function listen(name: string, at: object | string): Promise<Server> {
  const server = createServer((socket) => {
    reached.push(name);
    socket.end('hello');
  });
  servers.push(server);
  server.listen(at);
  return once(server, 'listening').then(() => server);
}

/** Starts a job of another client, which is in the middle of its run through all of this. */
async function startVictim(): Promise<typeof victim> {
  const cancel = new AbortController();
  const before = new Set(workerFolders());
  const prompt = 'stand-in: write mine.txt file-of-the-victim\nstand-in: stall';
  const options = { signal: cancel.signal, owner: { client: 'service-b' }, timeoutMs: 600_000 };
  const done = pool.run({ prompt }, options);
  const find = () =>
    workerFolders().find((folder) => !before.has(folder) && existsSync(join(folder, 'work/mine.txt')));
  await until(() => find() !== undefined, 'the victim runs', 30_000);
  const uid = [0, 1, 2, 3]
    .map((slot) => FIRST_UID + slot)
    .find((candidate) => processesOf(candidate).length > 0);
  return { uid: uid ?? 0, folder: find() ?? '', done, cancel: () => cancel.abort() };
}

function workerFolders(): string[] {
  const workers = join(pool.dataDir, 'workers');
  return readdirSync(workers).flatMap((own) =>
    readdirSync(join(workers, own)).map((name) => join(workers, own, name)),
  );
}

/** What a command prints inside, as the stand-in model repeats it. */
async function bash(command: string, timeoutMs = 45_000): Promise<string> {
  const { outcome } = await pool.run({ prompt: `stand-in: bash ${command}` }, { timeoutMs });
  if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
  return outcome.text.replace(/^Bash (answered|failed): /, '');
}

/** As bash, in a copy of a repository. */
function inWorkspace(command: string) {
  return pool.run({ prompt: `stand-in: bash ${command}`, context: { repository: 'shop' } });
}

/** Runs statements of Python, which can make system calls; a directive of the stand-in has one line only. */
function python(statements: string): Promise<string> {
  const program = `
import ctypes, errno, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(result):
    print('${ESCAPED}' if result >= 0 else errno.errorcode[ctypes.get_errno()])
def attempt(what):
    try:
        what()
        print('${ESCAPED}')
    except OSError as error:
        print(errno.errorcode.get(error.errno, str(error)))
${statements}
`;
  return bash(`echo ${Buffer.from(program).toString('base64')} | base64 -d | ${PYTHON} 2>&1`);
}

describe.skipIf(missing !== undefined)(`a hostile job${missing ? `: ${missing}` : ''}`, () => {
  beforeAll(async () => {
    hostFolder = mkdtempSync(join(tmpdir(), 'gatehouse-test-escapes-'));
    chmodSync(hostFolder, 0o777);
    writeFileSync(join(hostFolder, 'precious'), 'file-of-the-host', { mode: 0o666 });
    redis = await startTestRedis();
    standIn = await startStandIn();
    repository = makeRepository({ 'README.md': 'hello\n', 'src/a.txt': 'a\n' });
    const tcp = await listen('tcp', { port: 0, host: '0.0.0.0' });
    tcpPort = (tcp.address() as AddressInfo).port;
    await listen('unix', join(hostFolder, 'listener.sock'));
    chmodSync(join(hostFolder, 'listener.sock'), 0o777);
    await listen('abstract', { path: `\0${hostFolder}` });
    udp = createSocket('udp4', () => reached.push('udp')).bind(tcpPort, '0.0.0.0');
    await once(udp, 'listening');
    pool = await openTestPool({
      set: [
        ...[`model.baseUrl=${standIn.url.href}`, 'model.provider=anthropic', 'model.idleTimeout=10m'],
        ...['model.requestTimeout=10m', 'pool.limits.firstEvent=10m', 'pool.limits.silence=10m'],
        ...[`pool.uid=${FIRST_UID}`, 'pool.workers=2', 'pool.warm.max=1', 'pool.limits.processes=300'],
        ...['pool.limits.disk=200MiB', workspacesOf({ shop: { path: repository.path } })],
      ],
      env: { ANTHROPIC_API_KEY: PROVIDER_KEY },
    });
    process.env.ANTHROPIC_API_KEY = PROVIDER_KEY;
    victim = await startVictim();
  });

  afterAll(async () => {
    delete process.env.ANTHROPIC_API_KEY;
    victim?.cancel();
    await victim?.done;
    await pool?.close();
    await standIn?.close();
    await redis?.close();
    for (const server of servers) server.close();
    udp?.close();
    repository?.remove();
    rmSync(hostFolder, { recursive: true, force: true });
  });

  describe('looks for secrets', () => {
    test('in its environment and that of every process it sees', async () => {
      const answer = await bash('env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\\0" "\\n"');
      expect(answer).not.toContain(PROVIDER_KEY);
      expect(answer).toContain('held-by-the-model-proxy');
    });

    test('in the memory of every process it sees', async () => {
      const answer = await python(`
wanted = b'key-of-' + b'the-host'
for pid in filter(str.isdigit, os.listdir('/proc')):
    if int(pid) == os.getpid(): continue
    try:
        with open('/proc/%s/maps' % pid) as maps, open('/proc/%s/mem' % pid, 'rb', 0) as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split('-'))
                if ' rw' in line and end - start < 2**26:
                    memory.seek(start)
                    if wanted in memory.read(end - start): print('${ESCAPED}', pid)
    except (OSError, ValueError, OverflowError): pass
print('looked')
`);
      expect(answer).toBe('looked');
    });

    test('on every disk that it sees', async () => {
      const answer = await bash(
        'grep -rlsF key-of-the-host /work /cfg /home /tmp /etc /run /opt --exclude-dir=proc --exclude=claude --exclude=*.jsonl; ls /root /var /srv /mnt /sys 2>&1 | grep -v "No such"; ls /home | grep -vx worker; echo looked',
      );
      expect(
        answer.split('\n').filter((line) => !line.startsWith('/cfg') && !line.startsWith('/tmp')),
      ).toEqual(['looked']);
    });

    test('in descriptors that it inherited', async () => {
      const answer = await bash('for p in /proc/[0-9]*/fd/*; do readlink $p; done | grep / | sort -u');
      const paths = answer
        .split('\n')
        .filter(
          (path) =>
            !/^\/(dev\/(null|pts|ptmx|random|urandom)|proc|work|cfg|tmp|opt\/claude|usr|etc)/.test(path),
        );
      expect(paths).toEqual([]);
      expect(answer).not.toContain(pool.dataDir);
    });

    test('in the kernel’s log', async () => {
      expect(
        await python(`
buffer = ctypes.create_string_buffer(4096)
call(libc.klogctl(3, buffer, 4096))
call(libc.klogctl(10, None, 0))
attempt(lambda: open('/dev/kmsg').close())
`),
      ).toBe('ENOSYS\nENOSYS\nENOENT');
    });

    test('with the provider, past the Messages API', async () => {
      const answer = await python(`
import http.client
for method, path in [('GET', '/v1/models'), ('GET', '/v1/files'), ('POST', '/v1/messages/batches'), ('POST', '/v1/messages/../files'), ('CONNECT', 'localhost:80')]:
    connection = http.client.HTTPConnection('localhost')
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect('/run/model.sock')
    connection.request(method, path, body='{}' if method == 'POST' else None)
    try: print(connection.getresponse().status)
    except Exception: print('closed')
`);
      expect(answer.split('\n').map((line) => (/^(4\d\d|closed)$/.test(line) ? 'refused' : line))).toEqual(
        Array.from({ length: 5 }, () => 'refused'),
      );
    });
  });

  describe('looks for a way to others', () => {
    test('to Redis, by its socket', async () => {
      const socket = redis.address.url.replace('unix://', '');
      expect(await python(`attempt(lambda: socket.socket(socket.AF_UNIX).connect('${socket}'))`)).toBe(
        'ENOENT',
      );
      expect(await redis.keys()).toEqual([]);
    });

    test('to a listener on the host’s loopback and on its other addresses', async () => {
      const addresses = Object.values(networkInterfaces()).flatMap((list) =>
        (list ?? []).filter(({ family }) => family === 'IPv4'),
      );
      const hosts = ['127.0.0.1', '0.0.0.0', ...addresses.map(({ address }) => address)];
      const answer = await python(`
for host in ${JSON.stringify(hosts)}:
    attempt(lambda: socket.create_connection((host, ${tcpPort}), 2))
`);
      expect(answer).toMatch(/^((ECONNREFUSED|ENETUNREACH)\n?)+$/);
      expect(reached).toEqual([]);
    });

    test('by a datagram', async () => {
      await python(`
for host in ('127.0.0.1', '255.255.255.255', '169.254.169.254'):
    try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (host, ${tcpPort}))
    except OSError: pass
`);
      expect(reached).toEqual([]);
    });

    test('to names and metadata services', async () => {
      const answer = await python(`
for host in ('localhost.localdomain', 'api.anthropic.com', 'metadata.google.internal'):
    attempt(lambda: socket.getaddrinfo(host, 443))
attempt(lambda: socket.create_connection(('169.254.169.254', 80), 2))
`);
      expect(answer).not.toContain(ESCAPED);
    });

    test('by an abstract socket, and by a socket’s path', async () => {
      expect(
        await python(`
attempt(lambda: socket.socket(socket.AF_UNIX).connect('\\0${hostFolder}'))
attempt(lambda: socket.socket(socket.AF_UNIX).connect('${hostFolder}/listener.sock'))
`),
      ).toBe('ECONNREFUSED\nENOENT');
      expect(reached).toEqual([]);
    });

    test('by raw packets and by making an interface', async () => {
      expect(
        await python(`
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attempt(lambda: socket.socket(17, socket.SOCK_RAW, 3))
attempt(lambda: open('/dev/net/tun', 'r+b', 0))
`),
      ).toBe('EPERM\nEAFNOSUPPORT\nENOENT');
    });

    test('to another worker’s files and its model socket', async () => {
      const answer = await bash(
        `cat ${victim.folder}/work/mine.txt; ls ${victim.folder} ${pool.dataDir}; cat /proc/*/root/work/mine.txt; ls -d /proc/*/root${pool.dataDir}`,
      );
      expect(answer).not.toContain('file-of-the-victim');
      expect(
        await python(`attempt(lambda: socket.socket(socket.AF_UNIX).connect('${victim.folder}/model.sock'))`),
      ).toBe('ENOENT');
    });

    test('by signals, to the supervisor, another worker and every process', async () => {
      const [pid = 0] = processesOf(victim.uid);
      const answer = await python(`
for pid in (${process.pid}, ${process.ppid}, ${pid}):
    attempt(lambda: os.kill(pid, signal.SIGKILL))
`);
      expect(answer).toBe('ESRCH\nESRCH\nESRCH');
      expect(processesOf(victim.uid)).toContain(pid);
    });

    test('by shared memory and queues of the host', async () => {
      expect(
        await bash('ls -A /dev/shm /dev/mqueue 2>/dev/null; tail -n +2 -q /proc/sysvipc/*; echo looked'),
      ).toMatch(/^(\/dev\/\w+:\n|\n)*looked$/);
    });
  });

  describe('looks for power', () => {
    test('by becoming root, or anybody', async () => {
      expect(
        await python(`
attempt(lambda: os.setuid(0))
attempt(lambda: os.setgid(0))
attempt(lambda: os.setgroups([0]))
attempt(lambda: os.setuid(${victim.uid}))
`),
      ).toMatch(/^(E(PERM|INVAL)\n?){4}$/);
    });

    test('by programs that are setuid or have capabilities', async () => {
      const answer = await bash(
        'for p in $(find / -xdev -perm /6000 -type f 2>/dev/null); do echo $p; done | wc -l; su -c id </dev/null 2>&1; mount -t tmpfs x /tmp 2>&1; newgrp root </dev/null 2>&1; ping -c1 127.0.0.1 2>&1; id -u; id -G',
      );
      expect(answer).not.toMatch(/uid=0|1 received/);
      expect(answer).toMatch(/(\n617\d\d){2}$/);
    });

    test('by making a setuid program of its own', async () => {
      expect(await bash('cp /usr/bin/id /work/id; chmod 6755 /work/id; /work/id -u')).toMatch(/^617\d\d$/);
    });

    test('by mounting, unmounting and making what is read-only writable', async () => {
      expect(
        await python(`
MS_REMOUNT, MS_BIND = 32, 4096
os.makedirs('/tmp/m', exist_ok=True)
call(libc.mount(b'tmpfs', b'/tmp/m', b'tmpfs', 0, None))
call(libc.mount(b'proc', b'/tmp/m', b'proc', 0, None))
call(libc.mount(b'/', b'/tmp/m', None, MS_BIND, None))
call(libc.mount(None, b'/', None, MS_REMOUNT | MS_BIND, None))
call(libc.mount(None, b'/usr', None, MS_REMOUNT | MS_BIND, None))
call(libc.umount2(b'/proc', 2))
call(libc.syscall({'x86_64': 155, 'aarch64': 41}[os.uname().machine], b'/tmp/m', b'/tmp/m'))
attempt(lambda: os.chroot('/tmp/m'))
`),
      ).toBe(Array.from({ length: 8 }, () => 'EPERM').join('\n'));
    });

    test('by new namespaces, and by those of others', async () => {
      const answer = await python(`
for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000, 0x08000000, 0x04000000):
    call(libc.unshare(flag))
for pid in (1, os.getppid()):
    for kind in ('user', 'mnt', 'net', 'pid'):
        try: call(libc.setns(os.open('/proc/%d/ns/%s' % (pid, kind), os.O_RDONLY), 0))
        except OSError as error: print(errno.errorcode[error.errno])
`);
      expect(answer).not.toContain(ESCAPED);
    });

    test('by tracing others, and its sandbox’s first process, which has no more rights than itself', async () => {
      const pids = [process.pid, ...processesOf(victim.uid)];
      expect(await python(`for pid in ${JSON.stringify(pids)}: call(libc.ptrace(16, pid, 0, 0))`)).toBe(
        pids.map(() => 'ESRCH').join('\n'),
      );
      const rights = 'grep -E "^(Cap|NoNewPrivs)" /proc/1/status | cut -f2 | sort -u | xargs';
      expect(await bash(rights)).toBe('0000000000000000 1');
    });

    test('by devices, and by making them', async () => {
      expect(
        await python(`
import stat
for name, kind, major, minor in (('disk', stat.S_IFBLK, 254, 0), ('mem', stat.S_IFCHR, 1, 1)):
    attempt(lambda: os.mknod('/work/' + name, kind | 0o666, os.makedev(major, minor)))
`),
      ).toBe('EPERM\nEPERM');
      const devices = (await bash('find /dev -type b -o -type c | xargs -n1 basename | sort | xargs')).split(
        ' ',
      );
      const harmless = ['full', 'null', 'ptmx', 'random', 'tty', 'urandom', 'zero', 'console', '0'];
      expect(devices.filter((name) => !harmless.includes(name))).toEqual([]);
    });

    test('by settings of the kernel', async () => {
      const answer = await bash(
        'for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/vm/overcommit_memory /proc/sysrq-trigger /proc/1/oom_score_adj; do (echo -1000 > $f) 2>/dev/null && echo ESCAPED $f; done; (echo -1000 > /proc/self/oom_score_adj) 2>/dev/null && echo ESCAPED; ls -d /sys/fs/cgroup 2>&1',
      );
      expect(answer).not.toContain(ESCAPED);
      expect(answer).toContain('No such file');
    });

    test('by calls for who runs the host', async () => {
      expect(
        await python(`
call(libc.sethostname(b'x', 1))
call(libc.settimeofday(ctypes.create_string_buffer(16), None))
call(libc.swapoff(b'/nowhere'))
call(libc.acct(b'/work/acct'))
call(libc.setpriority(0, 0, -20))
import resource
try:
    resource.setrlimit(resource.RLIMIT_NPROC, (100000, 100000))
    print('${ESCAPED}')
except ValueError: print('EPERM')
`),
      ).toBe('EPERM\nEPERM\nEPERM\nEPERM\nEACCES\nEPERM');
    });

    test('by calls that kernels are known to have had bugs in', async () => {
      expect(
        await python(`
x64 = os.uname().machine == 'x86_64'
attr = ctypes.create_string_buffer(128)
for number in ((321, 298, 323, 425) if x64 else (280, 241, 282, 425)):
    call(libc.syscall(number, 0, attr, 128, 0, 0))
attempt(lambda: os.open('/work', 0x200000))
handle = ctypes.create_string_buffer(bytes([8, 0, 0, 0, 1, 0, 0, 0] + [2] + [0] * 7), 128)
call(libc.open_by_handle_at(os.open('/work', os.O_RDONLY), handle, os.O_RDONLY))
`),
      ).toMatch(/^(ENOSYS\n){4}(ESCAPED|E\w+)\n(EPERM|ESTALE|EOPNOTSUPP)$/);
    });
  });

  describe('looks for harm', () => {
    test('by writing to the host', async () => {
      const answer = await bash(
        `for p in ${hostFolder}/precious ${hostFolder}/new ${victim.folder}/work/mine.txt /etc/ld.so.preload /etc/hosts /usr/bin/env /usr/lib/x /opt/x /run/x /run/model.sock /x; do (echo x > $p) 2>/dev/null && echo ESCAPED $p; done; mv /run/model.sock /tmp 2>&1; rm -f /opt/claude 2>&1`,
      );
      expect(answer).not.toContain(ESCAPED);
      expect(readFileSync(join(hostFolder, 'precious'), 'utf8')).toBe('file-of-the-host');
      expect(readdirSync(hostFolder).sort()).toEqual(['listener.sock', 'precious']);
    });

    test('by its artifacts', async () => {
      const command = [
        `ln -s ${hostFolder}/precious link`,
        'ln -s /etc/passwd passwd',
        'ln -s / root',
        'ln /run/model.sock hard 2>/dev/null',
        'ln /opt/claude claude 2>/dev/null',
        'echo x > one; ln one two',
        'mkfifo fifo',
        'mkdir -p "a/b"; ln -s /proc/self/root a/b/out',
        'echo fine > fine.txt',
        'echo x > "$(printf "bad\\nname")"',
      ].join('; ');
      const { outcome, files } = await pool.run({ prompt: `stand-in: bash cd /work; ${command}` });
      expect(outcome.kind).toBe('completed');
      expect([...files.keys()].filter((path) => path !== 'bad\nname')).toEqual(['fine.txt']);
    });

    test('by links in the place of a workspace’s folders and files', async () => {
      const { outcome, files } = await inWorkspace(
        `rm -r src; ln -s ${hostFolder} src; rm README.md; ln -s ${hostFolder}/precious README.md; ln -s ${victim.folder} victim; mkdir -p new; ln -s /proc/self/root new/root; (while :; do rm -rf swap; mkdir swap; echo x > swap/precious; rm -rf swap; ln -s ${hostFolder} swap; done) >/dev/null 2>&1 &`,
      );
      expect(outcome.kind).toBe('completed');
      expect([...files.keys()].filter((path) => !path.startsWith('swap/'))).toEqual(['changes.patch']);
      const all = [...files.values()].map((bytes) => bytes.toString('latin1')).join('');
      expect(all).not.toMatch(/file-of-the-(host|victim)|key-of-the-host/);
      expect(files.get('changes.patch')?.toString()).toContain('new file mode 120000');
    });

    test('by a patch that writes outside', async () => {
      const { files } = await inWorkspace(
        `ln -s ${hostFolder} out; printf x > '..x'; mkdir -p '.. ' sub/.git sub/.GIT; printf x > sub/.git/config; printf x > sub/.GIT/config; printf x > '.. /y'; git update-index --add --cacheinfo 100644,$(printf evil | git hash-object -w --stdin),out/precious; git commit -qm evil; printf x >> README.md`,
      );
      const applied = mkdtempSync(join(tmpdir(), 'gatehouse-test-applied-'));
      try {
        const git = (...args: string[]) => execFileSync('git', args, { cwd: applied, stdio: 'pipe' });
        git('clone', '-q', repository.path, '.');
        writeFileSync(join(applied, '.git/the.patch'), files.get('changes.patch') ?? '');
        git('apply', '.git/the.patch');
        expect(readFileSync(join(applied, 'README.md'), 'utf8')).toBe('hello\nx');
      } finally {
        rmSync(applied, { recursive: true });
      }
      expect(readFileSync(join(hostFolder, 'precious'), 'utf8')).toBe('file-of-the-host');
      expect(readdirSync(hostFolder).sort()).toEqual(['listener.sock', 'precious']);
    });

    test('by having git run programs outside when the patch is made', async () => {
      const program = `printf '#!/bin/sh\\ntouch ${hostFolder}/ran; cat\\n' > .git/evil; chmod 777 .git/evil`;
      const settings = [
        'core.fsmonitor',
        'core.hooksPath',
        'diff.external',
        'filter.x.clean',
        'filter.x.process',
        'diff.x.textconv',
      ];
      const configure = settings.map((name) => `git config ${name} /work/.git/evil`).join('; ');
      const { files } = await inWorkspace(
        `${program}; ${configure}; echo '* filter=x diff=x' > .gitattributes; printf x >> README.md`,
      );
      expect(files.get('changes.patch')?.toString()).toContain('+x');
      expect(readdirSync(hostFolder).sort()).toEqual(['listener.sock', 'precious']);
    });

    test('by stopping the CLI, which is then ended from outside', async () => {
      const { outcome } = await pool.run(
        { prompt: 'stand-in: bash kill -STOP $CLAUDE_PID' },
        { timeoutMs: 4_000 },
      );
      expect(outcome).toMatchObject({ error: { code: 'timed_out' } });
    });

    test('by a fork bomb', async () => {
      const { outcome } = await pool.run(
        { prompt: 'stand-in: bash b() { b | b & }; b; sleep 60' },
        { timeoutMs: 5_000 },
      );
      expect(outcome.kind).toBe('failed');
    });

    test('by filling the disk', async () => {
      const { outcome } = await pool.run({
        prompt: 'stand-in: bash for i in {1..40}; do head -c 50M /dev/zero > f$i; done; sleep 60',
      });
      expect(outcome).toMatchObject({ error: { code: 'disk_limit' } });
    });

    test('by filling the memory with files', async () => {
      const command = 'head -c 3G /dev/zero > /tmp/fill; s=$(stat -c %s /tmp/fill); rm /tmp/fill; echo $s';
      expect(Number((await bash(command)).split('\n').at(-1))).toBeLessThanOrEqual(2 ** 30);
    });

    test('by processes that outlive it', async () => {
      const mark = `outlives-${process.pid}`;
      const stubborn = `trap : TERM HUP INT; : ${mark}; while :; do sleep 1; done`;
      const command = `for i in 1 2 3; do setsid -f nohup sh -c "${stubborn}" >/dev/null 2>&1; done; echo left`;
      expect(await bash(command)).toContain('left');
      await until(() => processesNaming(mark).length === 0, 'nothing of it is left');
    });
  });

  test('and after all of it the host is well: nothing was reached, the other job runs, and the next one too', async () => {
    expect(reached).toEqual([]);
    expect(readFileSync(join(victim.folder, 'work/mine.txt'), 'utf8')).toContain('file-of-the-victim');
    expect(processesOf(victim.uid).length).toBeGreaterThan(0);
    expect(await redis.keys()).toEqual([]);
    expect(await bash('echo well')).toBe('well');
    const own = workerFolders();
    expect(own.length).toBeLessThanOrEqual(3);
  });
});
