import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript } from './directive.ts';

const one = (line: string) => {
  const script = parseScript(`stand-in: ${line}`);
  return 'directives' in script ? script.directives[0] : script.mistakes;
};

describe('a directive', () => {
  it.each([
    ['say Hello, world', { verb: 'say', text: 'Hello, world' }],
    ['write notes.txt hello  world', { verb: 'write', path: 'notes.txt', content: 'hello  world' }],
    [
      'bash ls -l | wc',
      { verb: 'tool', name: 'Bash', input: expect.objectContaining({ command: 'ls -l | wc' }) },
    ],
    ['tool Read {"file_path": "/a b"}', { verb: 'tool', name: 'Read', input: { file_path: '/a b' } }],
    ['delay 1.5s', { verb: 'delay', ms: 1_500 }],
    ['error 529', { verb: 'error', status: 529, once: false }],
    ['error 429 once retry-after 3', { verb: 'error', status: 429, once: true, retryAfterS: 3 }],
    ['stall', { verb: 'stall', once: false }],
    ['cut once', { verb: 'cut', once: true }],
    ['silence once', { verb: 'silence', once: true }],
    ['model', { verb: 'model' }],
    ['pace 20ms', { verb: 'pace', ms: 20 }],
    ['stop refusal', { verb: 'stop', reason: 'refusal', once: false }],
    ['stop max_tokens once', { verb: 'stop', reason: 'max_tokens', once: true }],
    [
      'usage input=1000  output=20 cache-read=3 cache-write=4',
      {
        verb: 'usage',
        usage: {
          input_tokens: 1000,
          output_tokens: 20,
          cache_read_input_tokens: 3,
          cache_creation_input_tokens: 4,
        },
      },
    ],
    ['SAY loud', { verb: 'say', text: 'loud' }],
  ])('can be %s', (line, expected) => {
    expect(one(line)).toEqual(expected);
  });

  it.each([
    [
      '',
      'expected one of say, write, bash, tool, model, delay, pace, usage, stop, error, silence, stall, cut',
    ],
    ['sing a song', 'expected one of say,'],
    ['constructor', 'expected one of say,'],
    ['__proto__', 'expected one of say,'],
    ['say', 'expected: say TEXT'],
    ['write notes.txt', 'expected: write PATH TEXT'],
    ['bash', 'expected: bash COMMAND'],
    ['tool Read', 'expected: tool NAME {JSON}'],
    ['tool Read {oops}', 'expected: tool NAME {JSON}'],
    ['delay 2', 'expected: delay DURATION'],
    ['delay 11m', 'at most 10m'],
    ['error 200', 'STATUS one of 400, 401'],
    ['error 529 twice', 'expected: error STATUS [once]'],
    ['model x', 'expected: model'],
    ['pace', 'expected: pace DURATION'],
    ['usage', 'expected: usage NAME=TOKENS ..., NAME one of input, output, cache-read, cache-write'],
    ['usage input=many', 'expected: usage NAME=TOKENS'],
    ['stop', 'expected: stop REASON [once], REASON one of end_turn, max_tokens,'],
    ['stop boredom', 'REASON one of'],
    ['silence now', 'expected: silence [once]'],
    ['stall forever', 'expected: stall [once]'],
  ])('that is wrong says what was expected: %s', (line, expected) => {
    expect(one(line)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a script', () => {
  it('is the lines that start with stand-in:, in order, and nothing else', () => {
    const script = parseScript(
      'Please do this:\n  Stand-In: say one\nthen stand-in: say not this\r\nstand-in:say two\r\nbye',
    );
    expect(script).toEqual({
      directives: [
        { verb: 'say', text: 'one' },
        { verb: 'say', text: 'two' },
      ],
    });
  });

  it('has no directives when any of them is wrong', () => {
    expect(parseScript('stand-in: say one\nstand-in: sing')).toEqual({
      mistakes: [expect.stringContaining('stand-in: sing: expected one of')],
    });
  });

  it('is read from any text without an error', () => {
    const verbs = fc.constantFrom('say', 'write', 'bash', 'tool', 'delay', 'error', 'stall', 'cut', '');
    const line = fc.tuple(verbs, fc.string()).map(([verb, rest]) => `stand-in: ${verb} ${rest}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        expect(() => parseScript(lines.join('\n'))).not.toThrow();
      }),
    );
  });

  it('takes time in proportion to its length', () => {
    const startedMs = performance.now();
    parseScript(`stand-in: say ${' '.repeat(200_000)}x${' stand-in:'.repeat(20_000)}`);
    parseScript(' '.repeat(400_000));
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
