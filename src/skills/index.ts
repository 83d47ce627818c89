export { checkSkills } from './check.ts';
export { SkillError, type SkillErrorCode } from './error.ts';
export { readSkill, type Skill } from './skill.ts';
