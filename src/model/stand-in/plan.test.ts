import { describe, expect, it } from 'vitest';
import type { Conversation, ToolCall } from './conversation.ts';
import { planAnswer, type Step } from './plan.ts';

const TOOLS = new Set(['Write', 'Bash', 'Read']);

function plan(prompt: string, about: Partial<Conversation> = {}, spent: ReadonlySet<number> = new Set()) {
  return planAnswer({ model: 'm', prompt, calls: [], tools: TOOLS, cwd: '/srv/project', ...about }, spent);
}

const steps = (...args: Parameters<typeof plan>): Step[] => plan(...args).steps;
const done = (name: string, answer: string): ToolCall => ({ name, answer, failed: false });
const text = (words: string): Step => ({ kind: 'text', text: words });

describe('without directives', () => {
  it('the answer says that no model answered, and how long the prompt is in code points', () => {
    const [step, ...rest] = steps('Grüße 👋');
    expect(rest).toEqual([]);
    expect(step).toEqual(
      text(expect.stringMatching(/stand-in model: no provider key .* has 7 characters\.$/)),
    );
    expect(JSON.stringify(step)).not.toMatch(/claude|anthropic/i);
  });
});

describe('a script', () => {
  it('is done in order, and the first call ends the answer', () => {
    const prompt = [
      'stand-in: delay 1s',
      'stand-in: say first',
      'stand-in: write a.txt hello',
      'stand-in: say second',
      'stand-in: bash ls',
      'stand-in: say last',
    ].join('\n');
    expect(steps(prompt)).toEqual([
      { kind: 'wait', ms: 1_000 },
      text('first'),
      { kind: 'call', name: 'Write', input: { file_path: '/srv/project/a.txt', content: 'hello' } },
    ]);
    expect(steps(prompt, { calls: [done('Write', 'ok')] })).toEqual([
      text('second'),
      { kind: 'call', name: 'Bash', input: expect.objectContaining({ command: 'ls' }) },
    ]);
    expect(steps(prompt, { calls: [done('Write', 'ok'), done('Bash', 'a.txt')] })).toEqual([text('last')]);
  });

  it('closes with what the last tool answered', () => {
    const prompt = 'stand-in: write a.txt hello';
    expect(steps(prompt, { calls: [done('Write', 'File created')] })).toEqual([
      text('Write answered: File created'),
    ]);
    const refused = { name: 'Write', answer: 'not allowed', failed: true };
    expect(steps(prompt, { calls: [refused] })).toEqual([text('Write failed: not allowed')]);
    expect(steps(prompt, { calls: [done('Write', 'x'.repeat(5_000))] })).toEqual([
      text(`Write answered: ${'x'.repeat(2_000)}…`),
    ]);
  });

  it('that is wrong is not begun', () => {
    expect(steps('stand-in: write a.txt hello\nstand-in: sing')).toEqual([
      text(
        expect.stringMatching(/does not understand this, and did nothing:\nstand-in: sing: expected one of/),
      ),
    ]);
  });

  it('goes on without a tool that is not on offer, and says so', () => {
    const about = { tools: new Set(['Bash']) };
    const prompt = 'stand-in: write a.txt hello\nstand-in: bash ls';
    expect(steps(prompt, about)).toEqual([
      text('The stand-in model was not offered the tool Write, so it did not call it.'),
      { kind: 'call', name: 'Bash', input: expect.objectContaining({ command: 'ls' }) },
    ]);
    expect(steps(prompt, { ...about, calls: [done('Bash', 'ok')] })).toEqual([text('Bash answered: ok')]);
  });
});

describe('write', () => {
  it.each([
    ['a/b.txt', '/srv/project', '/srv/project/a/b.txt'],
    ['/tmp/x', '/srv/project', '/tmp/x'],
    ['a.txt', undefined, '/work/a.txt'],
  ])('%s from %s goes to %s', (path, cwd, expected) => {
    const { steps } = planAnswer(
      { model: 'm', prompt: `stand-in: write ${path} x`, calls: [], tools: TOOLS, ...(cwd ? { cwd } : {}) },
      new Set(),
    );
    expect(steps).toEqual([{ kind: 'call', name: 'Write', input: { file_path: expected, content: 'x' } }]);
  });
});

describe('a fault', () => {
  it('ends the answer', () => {
    expect(steps('stand-in: say a\nstand-in: error 529 retry-after 2\nstand-in: say b')).toEqual([
      text('a'),
      {
        kind: 'fail',
        status: 529,
        type: 'overloaded_error',
        message: 'The stand-in model was asked for error 529.',
        retryAfterS: 2,
      },
    ]);
    expect(steps('stand-in: stall')).toEqual([{ kind: 'stall' }]);
    expect(steps('stand-in: cut')).toEqual([{ kind: 'cut' }]);
  });

  it('comes every time', () => {
    const first = plan('stand-in: error 500');
    expect(first.spent).toEqual(new Set());
    expect(plan('stand-in: error 500', {}, first.spent)).toEqual(first);
  });

  it('with once comes once, then the script goes on, and a later run begins anew', () => {
    const prompt = 'stand-in: error 500 once\nstand-in: stall once\nstand-in: say done';
    const kinds: string[] = [];
    let spent: ReadonlySet<number> = new Set();
    for (let request = 0; request < 4; request += 1) {
      const answer = plan(prompt, {}, spent);
      kinds.push(answer.steps.map(({ kind }) => kind).join());
      spent = answer.spent;
    }
    expect(kinds).toEqual(['fail', 'stall', 'text', 'fail']);
  });

  it('after a call comes after it', () => {
    const prompt = 'stand-in: write a.txt x\nstand-in: error 500';
    expect(steps(prompt).map(({ kind }) => kind)).toEqual(['call']);
    expect(steps(prompt, { calls: [done('Write', 'ok')] }).map(({ kind }) => kind)).toEqual(['fail']);
  });
});
