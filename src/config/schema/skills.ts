import { z } from 'zod';
import { filePath } from '../units.ts';

/** The skills in the checkout's skills/ folder. */
const SHIPPED_SKILLS = ['docx', 'pdf', 'tdd'] as const;

/** As Claude Code takes them; they are also names of folders. */
const SKILL_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const skillsSchema = z
  .strictObject({
    shipped: z
      .array(z.enum(SHIPPED_SKILLS))
      .default([...SHIPPED_SKILLS])
      .describe('those that come with Gatehouse and may be asked for'),
    folders: z
      .record(
        z
          .string()
          .regex(
            SKILL_NAME,
            'expected lower-case letters and digits with single dashes between them, 64 at most',
          ),
        filePath().describe('a folder with a SKILL.md, of up to 5 MiB and 200 files'),
      )
      .default({})
      .describe('further ones, by name'),
  })
  .superRefine(({ shipped, folders }, context) => {
    for (const name of shipped) {
      if (!Object.hasOwn(folders, name)) continue;
      context.addIssue({
        code: 'custom',
        path: ['folders', name],
        message: `expected another name: ${name} is also in skills.shipped. Name yours otherwise, or leave ${name} out there`,
      });
    }
  })
  .prefault({})
  .describe('what a request may name in `skills`');
