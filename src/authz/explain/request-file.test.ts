import { describe, expect, test } from 'vitest';
import { noHeaders } from '../request-headers.ts';
import { readRequestFile, withHeader } from './request-file.ts';

const read = (text: string | Buffer) => {
  const request = readRequestFile(Buffer.from(text));
  const { method, path, headers, body, size } = request.http ?? {};
  return { method, path, headers, body: Buffer.from(body ?? '').toString(), size };
};

describe('an HTTP message', () => {
  test('is read as it goes over a wire', () => {
    const message =
      'POST /claude/invoke?wait=1 HTTP/1.1\r\nHost: gatehouse\r\nX-API-Key:  k \r\nX-Repo: a\r\nx-repo: b\r\nContent-Length: 4\r\n\r\n{}\r\n\n';
    expect(read(message)).toEqual({
      method: 'POST',
      path: '/claude/invoke?wait=1',
      headers: { ...noHeaders(), 'x-api-key': 'k', 'x-repo': 'a,b' },
      body: '{}\r\n',
      size: 4,
    });
  });

  test('may leave out version, carriage returns and body', () => {
    expect(read('GET /health\nx-api-key: k\n')).toMatchObject({
      method: 'GET',
      path: '/health',
      headers: { 'x-api-key': 'k' },
      body: '',
    });
  });

  test('has a body of any bytes, to the end of the file', () => {
    const bytes = Buffer.from([0, 255, 13, 10, 10, 123]);
    const request = readRequestFile(Buffer.concat([Buffer.from('POST /a\n\n'), bytes]));
    expect(request.http?.body).toEqual(bytes);
  });
});

describe('a JSON object', () => {
  test('has a body that is an object, a text or bytes', () => {
    expect(read('{"path": "/a"}')).toMatchObject({ method: 'GET', path: '/a', body: '' });
    expect(
      read('{"method":"POST","path":"/a","headers":{"X-Repo":"r"},"body":{"prompt":"ü"}}'),
    ).toMatchObject({
      method: 'POST',
      headers: { 'x-repo': 'r' },
      body: '{"prompt":"ü"}',
    });
    expect(read('{"path":"/a","body":"{\\"a\\":1"}')).toMatchObject({ body: '{"a":1' });
    expect(read('{"path":"/a","bodyBase64":"aGk="}')).toMatchObject({ body: 'hi' });
  });

  test('says where the caller is and which certificate it has', () => {
    const request = readRequestFile(
      Buffer.from('{"path":"/a","address":"10.0.0.7","certificate":"-----BEGIN\\n"}'),
    );
    expect(request).toMatchObject({ peerAddress: '10.0.0.7', peerCertificate: '-----BEGIN%0A' });
  });
});

describe('a request file is refused', () => {
  test.each([
    ['', 'its first line is not a method and a path'],
    ['hello', 'its first line is not a method and a path'],
    ['GET /a HTTP/1.1\nnonsense\n', 'line 2 is not a header'],
    ['GET /a\na: b\n folded\n', 'line 3 is not a header'],
    ['POST /a\ncontent-length: 9\n\n{}', 'its Content-Length is 9, and 2 bytes follow the headers'],
    ['POST /a\ncontent-length: -1\n\n{}', 'its Content-Length is -1'],
    ['{"path":', 'it begins like JSON, and is not'],
    ['{}', 'path: '],
    ['{"path":"/a","verb":"GET"}', 'verb'],
    ['{"path":"/a","body":"a","bodyBase64":"YQ=="}', 'it has both body and bodyBase64'],
    ['{"path":"/a","bodyBase64":"!"}', 'bodyBase64: '],
  ])('%j', (content, problem) => {
    expect(() => read(content)).toThrow(expect.objectContaining({ code: 'invalid_request_file' }));
    expect(() => read(content)).toThrow(problem);
  });

  test('by line and column, and with nothing of it, where it is not JSON', () => {
    const secrets = [
      '{"headers": {"x-api-key": "k"},\n "path": secret}',
      '{"path": "/a", "body": "sec\nret"}',
    ];
    for (const content of secrets) {
      expect(() => read(content)).toThrow(/ at line [12], column \d+[.]$/);
      expect(() => read(content)).not.toThrow(/sec/);
    }
  });

  test('where it has a credential already and another one is added', () => {
    const request = readRequestFile(Buffer.from('GET /a\nX-API-Key: one\n'));
    expect(() => withHeader(request, 'x-api-key', 'two')).toThrow('it has a header x-api-key already');
    withHeader(request, 'authorization', 'Bearer two');
    expect(request.http?.headers).toMatchObject({ authorization: 'Bearer two' });
  });
});
