import type { Config } from '../../config/index.ts';

/** What a model's tokens cost, in US dollars for a million; as the configuration writes it. */
export type ModelPrice = Config['model']['prices']['models'][string];
