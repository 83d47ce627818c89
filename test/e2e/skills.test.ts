import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { readPdf } from '../support/pdf-file.ts';
import { readZip } from '../support/zip-file.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const REPORT = '# The walls\n\nThey are **painted**.\n';

let folder: string;
let up: Installation;
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-skill-'));
  await mkdir(join(folder, 'heron'));
  await writeFile(
    join(folder, 'heron/SKILL.md'),
    '---\nname: heron\ndescription: Knows of herons.\n---\nText.\n',
  );
  up = await startInstallation({
    set: [
      `skills.folders.heron=${join(folder, 'heron')}`,
      'permissions.tiers={pro: {allowedSkills: [pdf, docx, tdd]}}',
    ],
  });
  client = newClient(up.url);
});
afterAll(async () => {
  await client?.close();
  await up?.close();
  await rm(folder, { recursive: true, force: true });
});

it('the command in docs/skills.md has the PDF made that it speaks of', async (context) => {
  if (up.sandbox !== 'bubblewrap') context.skip('bubblewrap is not installed, so there are no skills');
  if (!existsSync('/usr/bin/python3')) context.skip('there is no Python 3 in /usr');
  const page = await readFile(join(ROOT, 'docs/skills.md'), 'utf8');
  const [, command = ''] = /^```sh\n(.*?)^```/ms.exec(page) ?? [];
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', command.replace('http://127.0.0.1:8080', up.url)],
    {
      env: { ...process.env, GATEHOUSE_KEY: up.apiKey },
    },
  );
  const { state, artifacts } = JSON.parse(stdout) as { state: string; artifacts: { url: string } };
  expect(state).toBe('completed');
  const { bytes } = await client.send(`${artifacts.url}/notes.pdf`, { key: up.apiKey });
  expect(readPdf(bytes)).toMatchObject({
    title: 'Notes',
    text: expect.stringContaining('Water the plants.'),
  });
});

/** Has a skill's script make a file of a report, as a model would. */
async function makeWith(context: TestContext, skill: 'pdf' | 'docx') {
  if (up.sandbox !== 'bubblewrap') context.skip('bubblewrap is not installed, so there are no skills');
  if (!existsSync('/usr/bin/python3')) context.skip('there is no Python 3 in /usr');
  const script = `/cfg/skills/${skill}/scripts/make_${skill}.py`;
  const answer = await client.send('/claude/invoke', {
    key: up.apiKey,
    headers: { prefer: 'wait=30' },
    body: {
      prompt: `stand-in: tool Skill {"skill": "${skill}"}\nstand-in: bash python3 ${script} report.md out/report.${skill}`,
      files: [
        { path: 'report.md', text: REPORT },
        { path: 'out/.keep', text: '' },
      ],
      skills: [skill],
    },
  });
  const job = answer.json();
  expect(job).toMatchObject({ state: 'completed' });
  return { job, path: `/claude/jobs/${String(job.jobId)}/artifacts/out/report.${skill}` };
}

it('a report as PDF comes back as such, whole and in ranges, to be shown or saved', async (context) => {
  const { job, path } = await makeWith(context, 'pdf');
  expect(job).toMatchObject({
    result: { text: expect.stringContaining('1 pages') },
    injected: [{ source: 'skill', name: 'pdf', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    artifacts: { count: 1 },
  });
  const whole = await client.send(path, { key: up.apiKey });
  expect(whole.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': expect.stringMatching(/^inline/),
    'accept-ranges': 'bytes',
  });
  expect(readPdf(whole.bytes)).toMatchObject({ pages: 1, title: 'The walls' });

  const part = await client.send(path, { key: up.apiKey, headers: { range: 'bytes=0-7' } });
  expect({ status: part.status, text: part.bytes.toString() }).toEqual({ status: 206, text: '%PDF-1.4' });
  expect(part.headers['content-range']).toBe(`bytes 0-7/${whole.bytes.length}`);
  const saved = await client.send(`${path}?disposition=attachment`, { key: up.apiKey });
  expect(saved.headers['content-disposition']).toBe('attachment; filename="report.pdf"');
  expect(saved.bytes).toEqual(whole.bytes);
});

it('a document as DOCX comes back as such, to be saved', async (context) => {
  const { path } = await makeWith(context, 'docx');
  const { headers, bytes } = await client.send(path, { key: up.apiKey });
  expect(headers).toMatchObject({
    'content-type': DOCX,
    'content-disposition': 'attachment; filename="report.docx"',
  });
  expect(readZip(bytes).get('word/document.xml')).toContain('painted');
});

it('the tdd guide is loaded when the model calls for it', async (context) => {
  if (up.sandbox !== 'bubblewrap') context.skip('bubblewrap is not installed, so there are no skills');
  const answer = await client.send('/claude/invoke', {
    key: up.apiKey,
    headers: { prefer: 'wait=30' },
    body: { prompt: 'stand-in: tool Skill {"skill": "tdd"}', skills: ['tdd'] },
  });
  expect(answer.json()).toMatchObject({
    state: 'completed',
    result: { text: 'Skill answered: Launching skill: tdd' },
  });
});

it('a skill outside of what the tier allows is 403, one that nobody has 400 with the nearest', async () => {
  const asking = (...skills: string[]) =>
    client.send('/claude/invoke', { key: up.apiKey, body: { prompt: 'hello', skills } });
  const other = await asking('pdf', 'heron');
  expect({ status: other.status, ...other.json() }).toMatchObject({
    status: 403,
    code: 'not_permitted',
    errors: [{ path: 'skills', allowed: ['pdf', 'docx', 'tdd'] }],
  });
  const enterprise = await up.createKey('service-b', 'enterprise');
  const unknown = await client.send('/claude/invoke', {
    key: enterprise,
    body: { prompt: 'hello', skills: ['heorn'] },
  });
  expect({ status: unknown.status, ...unknown.json() }).toMatchObject({
    status: 400,
    code: 'invalid_request',
    errors: [{ path: 'skills.0', message: expect.stringContaining('did you mean "heron"?') }],
  });
});
