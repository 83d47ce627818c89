export {
  ANY_SEGMENT,
  matchesPath,
  type PathPattern,
  type PatternRelation,
  parsePathPattern,
  relate,
} from './pattern.ts';
export { foldSegment, type PathReading, readUrlPath, type UrlPath } from './spelling.ts';
