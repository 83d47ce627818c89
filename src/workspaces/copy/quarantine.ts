/** What becomes of a repository's CLAUDE.md files. */
export type InstructionsPolicy = 'ignore' | 'allow';

const INSTRUCTIONS = new Set(['claude.md', 'claude.local.md']);

/** Whether a path of a repository is one of its instructions for Claude Code, wherever it lies. */
export function isInstructions(path: string): boolean {
  return INSTRUCTIONS.has(lastPart(path)) && !isConfiguration(path);
}

/**
 * Whether a path of a repository stays out of its copy: what Claude Code would take orders from. That is all that lies
 * in a folder .claude (settings, hooks, skills, agents, commands), .mcp.json, which starts programs, and, unless they
 * are allowed, its instructions. Case counts for nothing, as on file systems where it does not.
 */
export function isQuarantined(path: string, instructions: InstructionsPolicy): boolean {
  return isConfiguration(path) || (instructions === 'ignore' && isInstructions(path));
}

function isConfiguration(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  return parts.includes('.claude') || parts.at(-1) === '.mcp.json';
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
