export { findTool, missingTool, ROOT, type Tool, toolCandidates } from './find.ts';
