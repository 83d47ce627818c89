// npm run inspect:evaluate: prints how well the detector does, by cross-validation: each text is judged by a model that saw
// neither it nor a near-duplicate of it. Takes about two minutes.
import { crossValidate } from './cross-validate.ts';
import { chooseThresholds, figuresOf, formatFigures } from './figures.ts';
import { readItems } from './items.ts';

const { judged } = crossValidate(readItems(), (message) => process.stderr.write(`${message}\n`));
process.stdout.write(`${formatFigures(figuresOf(judged, chooseThresholds(judged)))}\n`);
