export { findTool, missingTool, ROOT, type Tool, toolCandidates } from './find.ts';
export { JAEGER, jaegerPath } from './jaeger.ts';
