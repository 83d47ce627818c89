// npm run inspect:evaluate: prints how well the detector does. By cross-validation, where each text is seen by a model that
// saw neither it nor a near-duplicate of it, and on the probes, which no model saw. Takes about two minutes.
import { formatShipped, trainShipped } from './train-shipped.ts';

const { figures } = trainShipped((message) => process.stderr.write(`${message}\n`));
process.stdout.write(formatShipped(figures));
