import { checksumOf, type ModelFile } from '../../src/inspect/model/model.ts';
import { crossValidate } from './cross-validate.ts';
import {
  chooseThresholds,
  type DisguiseFigures,
  disguiseFiguresOf,
  type Figure,
  type FigureName,
  figuresOf,
  formatDisguiseFigures,
  formatFigures,
  scoreEach,
} from './figures.ts';
import { readHarmless, readItems } from './items.ts';
import { PROBE_SETS, type ProbeFigures, probeFigures } from './probes.ts';
import { scaleCalibration } from './scale-calibration.ts';
import { trainModel } from './train-model.ts';

/** What the detector can do: by cross-validation, unless it says otherwise. */
export interface ShippedFigures {
  groups: Partial<Record<FigureName, Figure>>;
  disguises: Record<string, DisguiseFigures>;
  /** On the probes, by the model that ships. */
  probes: ProbeFigures;
}

/**
 * Trains the model that ships, and measures by cross-validation what it can do. The same data and code give the same
 * result.
 * @param progress is told how far it is
 */
export function trainShipped(progress: (message: string) => void): {
  model: ModelFile;
  figures: ShippedFigures;
} {
  const items = readItems();
  const validated = crossValidate(items, progress);
  const thresholds = chooseThresholds(validated.seen);
  const parts = {
    ...trainModel([...items, ...readHarmless()]),
    calibration: scaleCalibration(validated.calibration, thresholds),
  };
  return {
    model: { checksum: checksumOf(parts), ...parts },
    figures: {
      groups: figuresOf(scoreEach(validated.seen, thresholds)),
      disguises: disguiseFiguresOf(validated, thresholds),
      probes: probeFigures(parts),
    },
  };
}

/** The figures as tables. */
export function formatShipped({ groups, disguises, probes }: ShippedFigures): string {
  return [
    `By cross-validation:\n\n${formatFigures(groups)}\n`,
    `In disguise:\n\n${formatDisguiseFigures(disguises)}\n`,
    ...PROBE_SETS.map((set) => `On the ${set} probes:\n\n${formatFigures(probes[set])}\n`),
  ].join('\n');
}
