import { type Config, ConfigError, type ConfigIssue, skillFolders } from '../config/index.ts';
import { SkillError } from './error.ts';
import { readSkill } from './skill.ts';

/**
 * Reads every skill of the configuration.
 * @returns their names
 * @throws ConfigError that names each that cannot be used, with what is wrong and what to do
 */
export async function checkSkills(config: Pick<Config, 'skills'>): Promise<string[]> {
  const issues: ConfigIssue[] = [];
  const folders = skillFolders(config);
  for (const [name, folder] of folders) {
    try {
      await readSkill(name, folder);
    } catch (error) {
      if (!(error instanceof SkillError)) throw error;
      const isOwn = Object.hasOwn(config.skills.folders, name);
      issues.push({
        where: isOwn ? `skills.folders.${name}` : `skills.shipped`,
        path: '',
        message: error.message,
      });
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return [...folders.keys()];
}
