import { type Config, skillFolders } from '../../config/index.ts';
import type { Attempt, JobError } from '../../jobs/index.ts';
import { type Skill, type SkillCache, SkillError } from '../../skills/index.ts';
import type { LogFields, Logger } from '../../telemetry/index.ts';

export interface SkillSurroundings {
  config: Config;
  logger: Logger;
  sandbox: 'bubblewrap' | 'none';
  skillCache: SkillCache;
}

/**
 * Reads the skills that an attempt is to be given: those that its request names, and no others. What an
 * operator mends counts for the next attempt.
 * @param sandbox without one there are no tools, and so none that could load a skill
 * @returns what the attempt fails with where one of them cannot be given
 */
export async function readSkills(
  { config, logger, sandbox, skillCache }: SkillSurroundings,
  { jobId, attempt, request, permissions }: Pick<Attempt, 'jobId' | 'attempt' | 'request' | 'permissions'>,
): Promise<{ skills: Skill[] } | { error: JobError }> {
  const names = request.skills ?? [];
  if (names.length > 0 && sandbox === 'none') {
    return unavailable(
      'There are no skills, because Claude Code runs without a sandbox here, and so without tools.',
    );
  }
  const { allowedSkills } = permissions;
  const folders = skillFolders(config);
  const skills: Skill[] = [];
  for (const name of names) {
    if (allowedSkills?.includes(name) === false)
      return unavailable(`The skill ${name} is not allowed to you.`);
    const folder = folders.get(name);
    if (folder === undefined) return unavailable(`The skill ${name} is not there any more.`);
    try {
      skills.push(await skillCache.read(name, folder));
    } catch (error) {
      if (!(error instanceof SkillError)) throw error;
      const fields: LogFields = { job_id: jobId, attempt, code: 'skill_unavailable', reason: error.message };
      logger.error(fields, 'a skill could not be read');
      return unavailable(`The skill ${name} could not be read.`);
    }
  }
  return { skills };
}

function unavailable(message: string): { error: JobError } {
  return { error: { code: 'skill_unavailable', message } };
}
