export { type Changes, takeChanges } from './changes/take.ts';
export { chooseWorkspace, type WorkspaceChoice } from './choose.ts';
export type { Copy, CopyTarget } from './copy/copy.ts';
export { WorkspaceError, type WorkspaceErrorCode } from './error.ts';
export { checkWorkspaces, examineWorkspaces, type WorkspaceFinding } from './examine.ts';
export type { ConfinedCommand, StartConfined } from './git/boxed-git.ts';
export { openWorkspaces, type PreparedWorkspace, type Workspaces } from './workspaces.ts';
