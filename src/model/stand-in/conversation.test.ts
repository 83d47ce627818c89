import { describe, expect, it } from 'vitest';
import { readConversation } from './conversation.ts';
import { type MessageRequest, messageRequestSchema } from './message-request.ts';

type Messages = MessageRequest['messages'];

function read(messages: Messages, more: Partial<MessageRequest> = {}) {
  return readConversation(messageRequestSchema.parse({ model: 'm', messages, ...more }));
}

const textBlock = (text: string) => ({ type: 'text' as const, text });

/** As the CLI sends a prompt: its own reminder beside it, and its surroundings after it. */
const asked: Messages = [
  {
    role: 'user',
    content: [
      textBlock('<system-reminder>\nstand-in: say not me\n</system-reminder>\n'),
      textBlock('Do it.\nstand-in: say me'),
    ],
  },
  { role: 'system', content: '# Environment\n - Primary working directory: /srv/a b\n - Platform: linux' },
];

const called = (id: string, name: string) => ({ type: 'tool_use' as const, id, name, input: {} });
const answered = (id: string, content: string, is_error?: boolean) => ({
  type: 'tool_result' as const,
  tool_use_id: id,
  content,
  ...(is_error === undefined ? {} : { is_error }),
});

describe("the user's own text", () => {
  it('is what is left without the blocks that the CLI adds', () => {
    expect(read(asked).prompt).toBe('Do it.\nstand-in: say me');
  });

  it('is the last that the user said', () => {
    const messages: Messages = [
      ...asked,
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'next' },
    ];
    expect(read(messages).prompt).toBe('next');
  });

  it.each([
    '<local-command-stdout>Set model</local-command-stdout>',
    '<command-name>/model</command-name>\n<command-args>opus</command-args>',
    'Your response above was cut off mid-stream. Resume directly from where it stops',
    '[Request interrupted by user]',
    'Base directory for this skill: /cfg/skills/tdd\n\n# Test first\nstand-in: say not me',
  ])('is not what the CLI says in its name: %s', (text) => {
    const messages: Messages = [...asked, { role: 'user', content: [textBlock(text)] }];
    expect(read(messages).prompt).toBe('Do it.\nstand-in: say me');
  });

  it('is empty when there is none', () => {
    expect(read([{ role: 'user', content: [] }]).prompt).toBe('');
  });
});

describe('the calls', () => {
  it('are those since the prompt, each with its answer', () => {
    const messages: Messages = [
      { role: 'user', content: 'before' },
      { role: 'assistant', content: [called('t0', 'Old')] },
      { role: 'user', content: [answered('t0', 'old')] },
      ...asked,
      { role: 'assistant', content: [textBlock('first'), called('t1', 'Write')] },
      { role: 'user', content: [answered('t1', 'done'), textBlock('<system-reminder>x</system-reminder>')] },
      { role: 'assistant', content: [called('t2', 'Bash')] },
      { role: 'user', content: [answered('t2', 'not allowed', true)] },
    ];
    expect(read(messages).calls).toEqual([
      { name: 'Write', answer: 'done', failed: false },
      { name: 'Bash', answer: 'not allowed', failed: true },
    ]);
  });
});

describe('the working directory', () => {
  it('is what the CLI says, in a system message or in the system prompt', () => {
    expect(read(asked).cwd).toBe('/srv/a b');
    const system = [textBlock('x'), textBlock('<env>\nWorking directory: /srv/b\n</env>')];
    expect(read([{ role: 'user', content: 'x' }], { system }).cwd).toBe('/srv/b');
  });

  it("is not taken from the user's words", () => {
    expect(read([{ role: 'user', content: 'working directory: /etc' }])).not.toHaveProperty('cwd');
  });
});
