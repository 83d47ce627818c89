// What one would write first: an HTTP server that starts `claude -p` for each request and passes on its text.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { serveOrders } from './server.ts';

const claude = findTool('claude');
const home = await mkdtemp(join(tmpdir(), 'gatehouse-bench-naive-'));
let modelUrl = '';

const server = createServer(async (request, response) => {
  const { prompt } = JSON.parse((await request.toArray()).join('')) as { prompt: string };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  await runClaude(prompt, response);
  response.end();
});

async function runClaude(prompt: string, response: ServerResponse): Promise<void> {
  if (claude === undefined) throw new Error(missingTool('claude'));
  const args = ['-p', prompt, '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];
  const child = spawn(claude, args, {
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CLAUDE_CONFIG_DIR: home,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: 'bench',
    },
  });
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('"text_delta"')) response.write(`event: text\ndata: ${line}\n\n`);
  }
  if (child.exitCode === null) await once(child, 'exit');
}

serveOrders(async (order) => {
  if (order.type === 'start') {
    modelUrl = order.modelUrl;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { type: 'listening', port: (server.address() as AddressInfo).port };
  }
  if (order.type === 'stop') {
    server.close();
    await rm(home, { recursive: true });
    return { type: 'stopped' };
  }
  if (order.type === 'alone') throw new Error('There is no worker here.');
  return {
    type: 'stats',
    stats: {
      running: 0,
      waiting: 0,
      jobs: { reused: 0, plain: 0, unopened: 0, cold: 0 },
      warmStarts: 0,
      recycles: {},
    },
  };
});
