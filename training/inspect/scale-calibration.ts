import type { Calibration } from '../../src/inspect/model/calibration.ts';
import { FLAG_SCORE, logitOf, stretchOf, type Thresholds } from './figures.ts';

/** Stretches log-odds so that the thresholds come to round scores. */
export function scaleCalibration({ constant, terms }: Calibration, thresholds: Thresholds): Calibration {
  const stretch = stretchOf(thresholds);
  return {
    constant: stretch * (constant - thresholds.flag) + logitOf(FLAG_SCORE),
    terms: terms.map((term) => stretch * term),
  };
}
