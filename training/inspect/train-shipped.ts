import { checksumOf, type ModelFile } from '../../src/inspect/model/model.ts';
import { crossValidate } from './cross-validate.ts';
import { chooseThresholds, type Figure, type FigureName, figuresOf } from './figures.ts';
import { readHarmless, readItems } from './items.ts';
import { scaleCalibration } from './scale-calibration.ts';
import { trainModel } from './train-model.ts';

/**
 * Trains the model that ships, and measures by cross-validation what it can do. The same data and code give the same
 * result.
 * @param progress is told how far it is
 */
export function trainShipped(progress: (message: string) => void): {
  model: ModelFile;
  figures: Record<FigureName, Figure>;
} {
  const items = readItems();
  const { judged, calibration } = crossValidate(items, progress);
  const thresholds = chooseThresholds(judged);
  const parts = {
    ...trainModel([...items, ...readHarmless()]),
    calibration: scaleCalibration(calibration, thresholds),
  };
  return { model: { checksum: checksumOf(parts), ...parts }, figures: figuresOf(judged, thresholds) };
}
