import { randomBytes } from 'node:crypto';
import { encodeCheckRequest } from '../../test/support/check-message.ts';
import { NUMBER } from '../load/sender.ts';

export const CHECK_METHOD = '/envoy.service.auth.v3.Authorization/Check';

/** As many bytes as Envoy sends for a request with the usual headers, a token and a prompt. */
const MESSAGE_BYTES = 3_700;

/**
 * A CheckRequest as Envoy writes it, of 3.7 KB or as long as its prompt makes it. Its prompt holds NUMBER, so that no two
 * bodies need to be the same.
 * @param credential such as `{ authorization: 'Bearer …' }`
 * @param promptCharacters as many as fill the message where it is absent
 */
export function checkRequest(credential: Record<string, string>, promptCharacters?: number): Buffer {
  const sized = (characters: number) => encode(credential, promptOf(characters));
  if (promptCharacters !== undefined) return sized(promptCharacters);
  const least = sized(100).length - 100;
  return sized(MESSAGE_BYTES - least);
}

function promptOf(characters: number): string {
  const text = `Case ${NUMBER}: ${'refactor the parser so that it reads its input once. '.repeat(characters / 50 + 1)}`;
  return text.slice(0, characters);
}

function encode(credential: Record<string, string>, prompt: string): Buffer {
  const raw_body = Buffer.from(JSON.stringify({ prompt }));
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const http = {
    ...{ id: '1234567890123456789', method: 'POST', path: '/claude/invoke', host: 'gatehouse.example' },
    ...{ scheme: 'https', protocol: 'HTTP/2', size: raw_body.length, raw_body },
    headers: {
      ...{
        ':method': 'POST',
        ':path': '/claude/invoke',
        ':scheme': 'https',
        ':authority': 'gatehouse.example',
      },
      ...{ 'content-type': 'application/json', 'content-length': String(raw_body.length), accept: '*/*' },
      ...{ 'user-agent': 'service-a/1.0', 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' },
      'x-request-id': randomBytes(16).toString('hex'),
      ...credential,
    },
  };
  return encodeCheckRequest({
    source: { address: address(40_000) },
    destination: { address: address(8443) },
    request: { time: { seconds: 1_790_000_000, nanos: 123_456_789 }, http },
  });
}
