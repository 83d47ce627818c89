import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import { startStandIn } from '../../src/model/stand-in/server.ts';

export interface RecordingModel {
  url: string;
  /** Milliseconds since the epoch of the first request whose body names this text. */
  askedAtMs(text: string): number | undefined;
  close(): Promise<void>;
}

/** The stand-in model, with a note of when it was asked what. */
export async function startRecordingModel(): Promise<RecordingModel> {
  const standIn = await startStandIn();
  const asked = new Map<string, number>();
  const server = createServer(async (incoming, response) => {
    const atMs = Date.now();
    const body = Buffer.concat(await incoming.toArray());
    const mark = /mark-[0-9a-z]+/.exec(body.toString())?.[0];
    if (mark !== undefined && !asked.has(mark)) asked.set(mark, atMs);
    const answer = await request(new URL(incoming.url ?? '/', standIn.url), {
      method: incoming.method === 'HEAD' ? 'HEAD' : 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
    await pipeline(answer.body, response).catch(() => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    askedAtMs: (text) => asked.get(text),
    async close() {
      server.closeAllConnections();
      server.close();
      await standIn.close();
    },
  };
}
