import type { Server } from 'node:net';
import { type Config, formatHostPort, type HostPort } from '../config/index.ts';
import { boundPort, holdFreePort, listen, release } from '../serve/index.ts';
import { StartError } from './start-error.ts';

type Listen = Config['listen'];
type ListenName = keyof Listen;

/**
 * Settles every listen port: 0 becomes a free one, a given one is tried. All are held until the last is
 * settled, so no two get the same.
 * @param freePorts treats every port as 0
 * @throws StartError ports_unavailable with one sentence for each that cannot be had
 */
export async function settlePorts(listen: Listen, freePorts: boolean): Promise<Listen> {
  const wanted = (Object.entries(listen) as [ListenName, HostPort][]).map(([name, { host, port }]) => ({
    name,
    address: { host, port: freePorts ? 0 : port },
  }));
  // Given ports first: a free one must not take a number that is asked for by name.
  wanted.sort((a, b) => Number(a.address.port === 0) - Number(b.address.port === 0));

  const held = new Map<ListenName, { server: Server; address: HostPort }>();
  const problems: string[] = [];
  try {
    for (const { name, address } of wanted) {
      try {
        const server = await hold(address);
        held.set(name, { server, address: { host: address.host, port: boundPort(server) } });
      } catch (error) {
        const twin = [...held].find(([, other]) => collide(other.address, address))?.[0];
        problems.push(problem(name, address, (error as NodeJS.ErrnoException).code, twin));
      }
    }
    if (problems.length > 0) throw new StartError('ports_unavailable', problems.join('\n'));
    return { ...listen, ...Object.fromEntries([...held].map(([name, { address }]) => [name, address])) };
  } finally {
    await Promise.all([...held.values()].map(({ server }) => release(server)));
  }
}

/** Holds an address until it is released, so that nobody else gets it; with port 0, any free one of the host. */
export async function hold({ host, port }: HostPort): Promise<Server> {
  return port === 0 ? holdFreePort(host) : listen({ host, port, exclusive: true });
}

const ALL_ADDRESSES = ['0.0.0.0', '::'];

function collide(a: HostPort, b: HostPort): boolean {
  const sameHost = a.host === b.host || ALL_ADDRESSES.includes(a.host) || ALL_ADDRESSES.includes(b.host);
  return sameHost && a.port === b.port;
}

function problem(
  name: ListenName,
  address: HostPort,
  code: string | undefined,
  twin: ListenName | undefined,
): string {
  const { host, port } = address;
  if (twin !== undefined) {
    return `listen.${twin} and listen.${name} both ask for port ${port}: give one of them another.`;
  }
  const another = `--set listen.${name}=${formatHostPort({ host, port: 0 })} (any free one) or --free-ports`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} (listen.${name}) is in use by another program: stop that program, or choose another port with ${another}.`;
    case 'EACCES':
      return `port ${port} (listen.${name}) may not be used by this user: choose one from 1024 up, or ${another}.`;
    default:
      return `listen.${name} cannot listen on ${formatHostPort(address)} (${code}): choose an address of this machine, such as --set listen.${name}=127.0.0.1:${port}.`;
  }
}
