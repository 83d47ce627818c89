export { findTool, missingTool, ROOT, type Tool } from './find.ts';
