import { limitContribution } from '../../src/inspect/model/contribution.ts';
import { bestPassage } from './best-passage.ts';
import type { Prepared } from './prepare.ts';
import { seeded, shuffle } from './random.ts';

export interface Example extends Prepared {
  isAttack: boolean;
  weight: number;
}

export interface FitOptions {
  epochs: number;
  rate: number;
  /** Pulls weights towards nothing. */
  ridge: number;
  lasso: number;
  /** Features of fewer examples are not looked at. */
  minExamples: number;
  passageWords: number;
  seed: number;
}

export interface Fitted {
  weights: Map<number, number>;
  bias: number;
}

const MAX_WORDS = 20_000;
const contributions = new Float64Array(MAX_WORDS);

/**
 * Fits weights so that an attack's best passage scores high and a harmless text's best passage low (multiple-instance
 * learning: only the label of the text is known, not where in it the attack is). Logistic loss, AdaGrad; the order of
 * the examples comes from the seed, so the same data gives the same weights.
 */
export function fit(examples: readonly Example[], options: FitOptions): Fitted {
  const { epochs, rate, ridge, lasso, minExamples, passageWords } = options;
  const places = placesOf(examples, minExamples);
  const indexed = examples.map((example) => index(example, places));
  const weights = new Float64Array(places.size);
  const squares = new Float64Array(places.size).fill(0.5);
  let bias = -2;
  let biasSquares = 1;
  const random = seeded(options.seed);
  const order = indexed.map((_, at) => at);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random);
    const step = rate * (1 - (0.9 * epoch) / epochs);
    for (const at of order) {
      const { values, ends, isAttack, weight } = indexed[at] as Example;
      if (ends.length === 0) continue;
      contribute(weights, values, ends);
      const passage =
        epoch === 0
          ? firstPassage(Math.min(ends.length, passageWords))
          : bestPassage(contributions, ends.length, passageWords);
      const gradient = (1 / (1 + Math.exp(-passage.sum - bias)) - (isAttack ? 1 : 0)) * weight;
      if (Math.abs(gradient) < 1e-4) continue;
      biasSquares += gradient * gradient;
      bias -= (step * gradient) / Math.sqrt(biasSquares);
      const from = passage.from === 0 ? 0 : (ends[passage.from - 1] as number);
      for (let k = from; k < (ends[passage.to - 1] as number); k += 1) {
        const place = values[k] as number;
        const square = (squares[place] as number) + gradient * gradient;
        squares[place] = square;
        const scaled = step / Math.sqrt(square);
        const old = weights[place] as number;
        weights[place] = shrink(old - scaled * (gradient + ridge * old), scaled * lasso);
      }
    }
  }
  const fitted = new Map<number, number>();
  for (const [feature, place] of places) {
    const weight = weights[place] as number;
    if (weight !== 0) fitted.set(feature, weight);
  }
  return { weights: fitted, bias };
}

/** The mean of several fits, which is steadier than each. */
export function average(fits: readonly Fitted[]): Fitted {
  const weights = new Map<number, number>();
  for (const fitted of fits) {
    for (const [feature, weight] of fitted.weights) {
      weights.set(feature, (weights.get(feature) ?? 0) + weight / fits.length);
    }
  }
  return { weights, bias: fits.reduce((sum, { bias }) => sum + bias, 0) / fits.length };
}

function firstPassage(to: number) {
  let sum = 0;
  for (let at = 0; at < to; at += 1) sum += contributions[at] as number;
  return { sum, from: 0, to };
}

function contribute(weights: Float64Array, values: Int32Array, ends: Int32Array): void {
  let from = 0;
  for (let at = 0; at < ends.length; at += 1) {
    const to = ends[at] as number;
    let sum = 0;
    for (let k = from; k < to; k += 1) sum += weights[values[k] as number] as number;
    contributions[at] = limitContribution(sum);
    from = to;
  }
}

function placesOf(examples: readonly Example[], minExamples: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { values } of examples) {
    for (const feature of new Set(values)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  const places = new Map<number, number>();
  for (const [feature, count] of counts) if (count >= minExamples) places.set(feature, places.size);
  return places;
}

function index({ values, ends, isAttack, weight }: Example, places: ReadonlyMap<number, number>): Example {
  const kept: number[] = [];
  const keptEnds = new Int32Array(ends.length);
  let from = 0;
  for (let at = 0; at < ends.length; at += 1) {
    const to = ends[at] as number;
    for (let k = from; k < to; k += 1) {
      const place = places.get(values[k] as number);
      if (place !== undefined) kept.push(place);
    }
    keptEnds[at] = kept.length;
    from = to;
  }
  return { values: Int32Array.from(kept), ends: keptEnds, isAttack, weight };
}

function shrink(weight: number, by: number): number {
  if (weight > by) return weight - by;
  return weight < -by ? weight + by : 0;
}
