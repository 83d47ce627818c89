import { exit } from 'node:process';

/** Takes the place of the thread that examines large bodies: breaks down over one that says so, and finds others readable. */
export default function examine({ body }: { body: { bytes: Uint8Array } }) {
  const start = Buffer.from(body.bytes.subarray(0, 64)).toString();
  if (start.includes('throw')) throw new Error('thread: throw');
  if (start.includes('exit')) exit(3);
  return { kind: 'readable' };
}
