import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTestCertificate, type TestCertificate } from '../../../test/support/certificate.ts';
import { connectPeer } from '../../../test/support/http2-peer.ts';
import { until } from '../../../test/support/until.ts';
import { answerOf, callFrames, type Fixture, startFixture } from './server.fixture.ts';

let certificate: TestCertificate;
let fixture: Fixture;
const sockets: { destroy(): unknown }[] = [];

beforeEach(async () => {
  certificate = await makeTestCertificate();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await fixture.close();
  await certificate.close();
});

const tls = () => ({ certFile: certificate.certFile, keyFile: certificate.keyFile });

async function secure(protocols: string[] | undefined, port = fixture.server.port): Promise<TLSSocket> {
  const socket = connect({
    ...{ host: '127.0.0.1', port, ca: await readFile(certificate.certFile) },
    ...(protocols && { ALPNProtocols: protocols }),
  });
  sockets.push(socket);
  await once(socket, 'secureConnect');
  return socket;
}

describe('over TLS', () => {
  it('calls are answered', async () => {
    fixture = await startFixture({ options: { tls: tls() } });
    const peer = await connectPeer({ port: 0 }, { socket: await secure(['h2']) });
    peer.send(callFrames(1, Buffer.from('secret')));
    expect((await answerOf(peer, 1)).content.subarray(5).toString()).toBe('secret');
  });

  it('a client that speaks something else has no connection', async () => {
    fixture = await startFixture({ options: { tls: tls() } });
    await expect(secure(['http/1.1'])).rejects.toThrow(/alert|reset|no application protocol/i);
  });

  it('a client that does not say what it speaks has no connection', async () => {
    fixture = await startFixture({ options: { tls: tls() } });
    const socket = await secure(undefined);
    socket.resume();
    await once(socket, 'close');
    expect(fixture.server.census().connections).toBe(0);
  });

  it('a client without TLS is cut, and so is one that does not finish its handshake', async () => {
    fixture = await startFixture({ options: { tls: tls() }, deadlines: { handshakeMs: 200 } });
    for (const said of ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '']) {
      const socket = connectTcp({ host: '127.0.0.1', port: fixture.server.port });
      sockets.push(socket);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(said);
      socket.resume();
      await until(() => socket.closed, 'the connection is cut');
    }
  });

  it('certificates are read again when they change', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-renewed-'));
    const files = { certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem') };
    const install = async ({ certFile, keyFile }: TestCertificate) => {
      await writeFile(files.certFile, await readFile(certFile));
      await writeFile(files.keyFile, await readFile(keyFile));
    };
    await install(certificate);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    fixture = await startFixture({ options: { tls: files } });
    const before = (await secure(['h2'])).getPeerCertificate().fingerprint256;
    const renewed = await makeTestCertificate();
    await install(renewed);
    await certificate.close();
    certificate = renewed;
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    await until(async () => {
      const socket = await secure(['h2']).catch(() => undefined);
      return socket !== undefined && socket.getPeerCertificate().fingerprint256 !== before;
    }, 'the new certificate is shown');
    await rm(dir, { recursive: true, force: true });
  });
});
