export { nearestWord } from './nearest-word.ts';
export { suggestNearest } from './suggest-nearest.ts';
