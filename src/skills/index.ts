export { checkSkills } from './check.ts';
export { SkillError, type SkillErrorCode } from './error.ts';
export type { Skill } from './skill.ts';
export { SkillCache } from './skill-cache.ts';
