import { readFile, writeFile } from 'node:fs/promises';

const LENGTH_BYTES = 4;

/** Messages one after the other, each after its length, to hand them to the process that sends them. */
export async function writeMessages(file: string, messages: readonly Uint8Array[]): Promise<void> {
  const parts = messages.flatMap((message) => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(message.length);
    return [length, message];
  });
  await writeFile(file, Buffer.concat(parts));
}

export async function readMessages(file: string): Promise<Buffer[]> {
  const bytes = await readFile(file);
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    messages.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return messages;
}
