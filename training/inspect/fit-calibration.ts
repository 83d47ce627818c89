import { type Calibration, calibrationTerms, type Evidence } from '../../src/inspect/model/calibration.ts';

export interface CalibrationExample {
  evidence: Evidence;
  isAttack: boolean;
  weight: number;
}

const STEPS = 500;
const RATE = 0.05;
const RIDGE = 0.001;

/** Logistic regression on standardised terms by Adam (https://arxiv.org/abs/1412.6980); the same for the same examples. */
export function fitCalibration(examples: readonly CalibrationExample[]): Calibration {
  const rows = examples.map(({ evidence }) => calibrationTerms(evidence));
  const width = rows[0]?.length ?? 0;
  const means = Array.from({ length: width }, (_, j) => mean(rows.map((row) => row[j] as number)));
  const spreads = means.map((m, j) => Math.sqrt(mean(rows.map((row) => ((row[j] as number) - m) ** 2))) || 1);
  const inputs = rows.map((row) => [
    ...row.map((x, j) => (x - (means[j] as number)) / (spreads[j] as number)),
    1,
  ]);
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  const weights: number[] = Array(width + 1).fill(0);
  const first: number[] = Array(width + 1).fill(0);
  const second: number[] = Array(width + 1).fill(0);
  for (let step = 1; step <= STEPS; step += 1) {
    const gradient = weights.map((weight, j) => (j < width ? RIDGE * weight : 0));
    for (const [at, { isAttack, weight }] of examples.entries()) {
      const input = inputs[at] as number[];
      const logit = input.reduce((sum, x, j) => sum + x * (weights[j] as number), 0);
      const error = ((1 / (1 + Math.exp(-logit)) - (isAttack ? 1 : 0)) * weight) / total;
      for (let j = 0; j <= width; j += 1)
        gradient[j] = (gradient[j] as number) + error * (input[j] as number);
    }
    for (let j = 0; j <= width; j += 1) {
      const g = gradient[j] as number;
      first[j] = 0.9 * (first[j] as number) + 0.1 * g;
      second[j] = 0.999 * (second[j] as number) + 0.001 * g * g;
      const momentum = (first[j] as number) / (1 - 0.9 ** step);
      const scale = Math.sqrt((second[j] as number) / (1 - 0.999 ** step)) + 1e-8;
      weights[j] = (weights[j] as number) - (RATE * momentum) / scale;
    }
  }
  const terms = spreads.map((spread, j) => (weights[j] as number) / spread);
  const offset = terms.reduce((sum, term, j) => sum + term * (means[j] as number), 0);
  return { constant: (weights[width] as number) - offset, terms };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
