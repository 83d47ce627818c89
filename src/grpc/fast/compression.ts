import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StatusError } from '../service.ts';
import { Status } from '../status.ts';

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** How many times larger its content can be than what is compressed: the most that deflate can do (https://zlib.net/zlib_tech.html). */
export const MAX_INFLATION = 1_032;

/**
 * gRPC over HTTP/2, Compressed-Flag and Message-Encoding.
 * @throws StatusError where the encoding is not known, or the message is none or becomes too large
 */
export async function decompress(
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') {
    throw new StatusError(Status.INTERNAL, 'a message is compressed, and grpc-encoding does not say how');
  }
  if (encoding !== 'gzip')
    throw new StatusError(Status.UNIMPLEMENTED, 'a message is compressed other than by gzip');
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new StatusError(Status.RESOURCE_EXHAUSTED, `a message of more than ${maxBytes} bytes`);
    }
    throw new StatusError(Status.INTERNAL, 'a message is no gzip');
  }
}
