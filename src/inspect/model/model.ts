import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type KnownWord, Vocabulary } from '../words/vocabulary.ts';
import type { Calibration } from './calibration.ts';
import { FeatureWeights } from './feature-weights.ts';

/** What training writes to model.json. */
export interface ModelFile {
  /** SHA-256 in hex of the file's other parts, as JSON. */
  checksum: string;
  /** Longest passage that is scored, in words. */
  passageWords: number;
  scale: number;
  calibration: Calibration;
  /** In base64; see packWeights. */
  weights: string;
  /** `word`, or `word classes` with the classes' bits in base 36. */
  vocabulary: string[];
}

export interface Model {
  passageWords: number;
  calibration: Calibration;
  vocabulary: Vocabulary;
  weights: FeatureWeights;
}

/** @throws when the file is not what training wrote */
export function readModel(file: URL): Model {
  const { checksum, ...parts } = JSON.parse(readFileSync(file, 'utf8')) as ModelFile;
  if (checksumOf(parts) !== checksum) {
    throw new Error(`${file.pathname} is damaged: its checksum does not fit. Get it again from the release.`);
  }
  return openModel(parts);
}

export function checksumOf(parts: Omit<ModelFile, 'checksum'>): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function openModel(parts: Omit<ModelFile, 'checksum'>): Model {
  return {
    passageWords: parts.passageWords,
    calibration: parts.calibration,
    vocabulary: new Vocabulary(parts.vocabulary.map(knownWord)),
    weights: new FeatureWeights(Buffer.from(parts.weights, 'base64'), parts.scale),
  };
}

function knownWord(entry: string): KnownWord {
  const end = entry.indexOf(' ');
  if (end < 0) return { text: entry, classes: 0 };
  return { text: entry.slice(0, end), classes: Number.parseInt(entry.slice(end + 1), 36) };
}
