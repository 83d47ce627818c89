import { parse } from 'yaml';
import { SkillError } from './error.ts';

/** Claude Code shows the model this much of it, to choose by. */
const MAX_DESCRIPTION_CHARACTERS = 1024;

/**
 * Checks the head of a SKILL.md: YAML between two lines of `---`, with the skill's own name and a description. What
 * else it says is the CLI's to read.
 * @param file where it is, for errors
 * @throws SkillError front_matter_invalid, name_differs, description_missing
 */
export function checkFrontMatter(text: string, name: string, file: string): void {
  const head = /^---[ \t]*\r?\n(.*?)^---[ \t]*\r?$/ms.exec(text)?.[1];
  if (head === undefined || !text.startsWith('---')) {
    throw new SkillError(
      'front_matter_invalid',
      `${file}: expected it to begin with a line of ---, then name and description in YAML, then another ---`,
    );
  }
  const values = parsed(head, file);
  if (values.name !== name) {
    throw new SkillError(
      'name_differs',
      `${file}: expected name: ${name}, as the configuration has it, got ${shown(values.name)}`,
    );
  }
  const { description } = values;
  if (typeof description !== 'string' || description.trim() === '') {
    throw new SkillError(
      'description_missing',
      `${file}: expected a description: a text by which the model knows when to use the skill`,
    );
  }
  if (description.length > MAX_DESCRIPTION_CHARACTERS) {
    throw new SkillError(
      'front_matter_invalid',
      `${file}: expected a description of at most ${MAX_DESCRIPTION_CHARACTERS} characters, got ${description.length}`,
    );
  }
}

function parsed(head: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(head);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new SkillError(
      'front_matter_invalid',
      `${file}: expected YAML between the lines of ---: ${reason}`,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new SkillError(
    'front_matter_invalid',
    `${file}: expected keys and values between the lines of ---, such as name: and description:`,
  );
}

function shown(name: unknown): string {
  return name === undefined ? 'none' : JSON.stringify(name);
}
