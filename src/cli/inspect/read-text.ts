import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** @param file - for standard input @throws an Error for people where it cannot be read */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EISDIR') {
      throw new Error(`${file} is a folder: inspect every file below it with --stats ${file}.`);
    }
    throw new Error(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
}
