import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { encodeHeaderBlock } from '../../src/grpc/http2/hpack/encoder.ts';
import { type Http2Server, serveHttp2 } from '../../src/grpc/http2/server.ts';
import type { AcceptRequest } from '../../src/grpc/http2/stream.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { makeTestCertificate } from '../support/certificate.ts';
import { goProgram, SHARED_CACHE } from '../support/go-program.ts';

const BUILD_MS = 300_000;
const run = promisify(execFile);
const errors: unknown[] = [];

/** Answers whatever is asked for: h2spec asks as a browser would, with GET and POST, and wants content to come back. */
const answerAll: AcceptRequest = (stream) => ({
  data() {},
  end() {
    stream.answer({
      head: encodeHeaderBlock([[':status', '200']]),
      prefix: Buffer.alloc(0),
      body: Buffer.from('as HTTP/2 has it'),
      trailers: encodeHeaderBlock([['x-end', 'true']]),
    });
  },
  closed() {},
});

/** @returns what it printed, whatever it found */
async function h2spec(program: string, { port }: Http2Server, ...options: string[]): Promise<string> {
  // Five seconds for each answer, because other tests keep the machine busy.
  const args = ['--strict', '--host', '127.0.0.1', '--port', String(port), '--timeout', '5', ...options];
  const failed = (error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) });
  const { stdout } = await run(program, args).catch(failed);
  return stdout;
}

/** All of them apply: generic, http2 and hpack, also those that RFC 9113 leaves to a server (strict). */
const ALL_PASSED = '146 tests, 146 passed, 0 skipped, 0 failed';

it.for(['plain', 'TLS'])('h2spec finds nothing over %s', { timeout: BUILD_MS }, async (how, context) => {
  const built = await goProgram(join(ROOT, 'test/conformance/h2spec'), {
    package: 'github.com/summerwind/h2spec/cmd/h2spec',
    cache: SHARED_CACHE,
  });
  if ('missing' in built) return context.skip(built.missing);
  const certificate = how === 'TLS' ? await makeTestCertificate() : undefined;
  const server = await serveHttp2({
    listen: { host: '127.0.0.1', port: 0 },
    tls: certificate && {
      cert: await readFile(certificate.certFile),
      key: await readFile(certificate.keyFile),
    },
    connected: () => answerAll,
    onError: (error) => errors.push(error),
  });
  try {
    const output = await h2spec(built.program, server, ...(certificate ? ['--tls', '--insecure'] : []));
    expect(output.slice(output.search(/Failures:|Finished in/))).toContain(ALL_PASSED);
    expect(errors).toEqual([]);
  } finally {
    await server.close(0);
    await certificate?.close();
  }
});
