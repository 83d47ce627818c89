import { z } from 'zod';

const lines = () => z.int().min(0);

const changedFileSchema = z.object({
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'type_changed']),
  path: z.string(),
  from: z.string().optional().describe('its path before, where it was renamed'),
  added: lines().optional().describe('lines; not where it is binary'),
  removed: lines().optional(),
});

/** What a caller sees of what its job changed in a workspace. */
export const changesSchema = z.object({
  workspace: z.string(),
  branch: z.string(),
  commit: z.string().describe('what the changes are to: `git apply` takes the patch there'),
  patch: z.string().optional().describe('the artifact that has them; none where nothing was changed'),
  fileCount: z.int().describe('changed files, also those that are not listed'),
  added: lines().describe('lines of all of them'),
  removed: lines(),
  files: z.array(changedFileSchema),
  notes: z.array(z.string()).optional().describe('what is missing from the patch, and why'),
});
