import { describe, expect, it } from 'vitest';
import { createLogLevels } from './levels.ts';
import { createLogger } from './log.ts';
import { errorMessage, loggedError } from './logged-error.ts';

const SECRET = 'a prompt of great secrecy';

describe('an error in the log', () => {
  it('has type, message, code and stack, and none of its other properties', () => {
    const error = Object.assign(new TypeError('no such thing'), {
      code: 'ENOENT',
      command: { name: 'evalsha', args: [SECRET] },
      previousErrors: [SECRET],
      cause: new Error(SECRET),
      toJSON: () => SECRET,
    });
    const lines: string[] = [];
    createLogger({
      ...{ component: 'serve', role: 'test', levels: createLogLevels({ level: 'info', components: {} }) },
      output: { write: (line) => void lines.push(line) },
    }).error({ err: error }, 'failed');
    expect(lines.join('')).not.toContain(SECRET);
    expect(JSON.parse(lines.join(''))).toEqual({
      level: 'error',
      time: expect.any(String),
      component: 'serve',
      role: 'test',
      msg: 'failed',
      err: {
        type: 'TypeError',
        message: 'no such thing',
        code: 'ENOENT',
        stack: expect.stringMatching(/^ {4}at .*logged-error\.test\.ts/),
      },
    });
  });

  it('does not repeat what Redis repeats of a command', () => {
    const error = new Error(`ERR unknown command \`FOO\`, with args beginning with: \`${SECRET}\`,\n`);
    expect(JSON.stringify(loggedError(error))).not.toContain(SECRET);
    expect(errorMessage(error)).toBe('ERR unknown command `FOO`');
  });

  it('is of bounded length, and its stack begins after its message', () => {
    const { message, stack } = loggedError(new Error(`${'x'.repeat(10_000)}\n    at ${SECRET}`));
    expect(message).toHaveLength(500);
    expect(stack).not.toContain(SECRET);
  });

  it('without a message is told by its code, or else its name', () => {
    expect(errorMessage(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe(
      'ECONNREFUSED',
    );
    expect(errorMessage(new RangeError())).toBe('RangeError');
  });

  it('may be anything that was thrown', () => {
    expect(loggedError('sentence')).toEqual({ type: 'string', message: 'sentence' });
    expect(loggedError({ args: [SECRET] })).toEqual({ type: 'object', message: '[object Object]' });
    expect(loggedError(undefined)).toEqual({ type: 'undefined', message: 'undefined' });
  });
});
