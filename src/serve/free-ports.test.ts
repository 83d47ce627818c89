import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { boundPort, holdFreePort, release } from './free-ports.ts';

const HOST = '127.0.0.1';
const [ephemeral = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
  .split(/\s/)
  .map(Number);

async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => holdFreePort(HOST)));
  const ports = held.map(boundPort);
  await Promise.all(held.map(release));
  return ports;
}

test('a port that was released is not given again while this process lives', async () => {
  // Of some 12,000: were they free again, two of 400 would be the same nearly always.
  const ports = [...(await freePorts(200)), ...(await freePorts(200))];
  expect(new Set(ports).size).toBe(400);
});

test('nor does another process get it, until this one ends', async () => {
  const program = `
    import { holdFreePort } from '${import.meta.dirname}/free-ports.ts';
    const held = await Promise.all(Array.from({ length: 400 }, () => holdFreePort('${HOST}')));
    console.log(JSON.stringify(held.map((server) => server.address().port)));
    for (const server of held) server.close();`;
  const other = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ]);
    return JSON.parse(stdout) as number[];
  };
  const mine = new Set(await freePorts(400));
  expect((await other()).filter((port) => mine.has(port))).toEqual([]);
});

test('a host that this machine does not have is refused, and keeps no process from ending', async () => {
  const program = `
    import { holdFreePort } from '${import.meta.dirname}/free-ports.ts';
    await holdFreePort('192.0.2.1').catch(({ code }) => console.log(code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe('EADDRNOTAVAIL\n');
});

test('the kernel gives it to no connection', async () => {
  const [port = 0] = await freePorts(1);
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(ephemeral);
});
