import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createDetector } from '../../src/inspect/detect.ts';
import { openModel } from '../../src/inspect/model/model.ts';
import { type Figure, type FigureName, figuresOf } from './figures.ts';
import type { Item } from './items.ts';
import { doubtOf } from './rule-doubt.ts';
import type { ModelParts } from './train-model.ts';

/** Texts by their kind. */
type Probes = Record<string, readonly string[]>;

/** Texts of another hand than the data's, which nothing is trained on. */
export function readProbes(): Item[] {
  return [
    ...itemsOf('attacks.yaml', (kind) => ({ label: 'attack', kind })),
    ...itemsOf('harmless.yaml', (kind) => ({ label: 'benign', kind: `hand_${kind}` })),
  ];
}

function itemsOf(name: string, labelled: (kind: string) => Pick<Item, 'label' | 'kind'>): Item[] {
  const probes = parse(readFileSync(new URL(`./probes/${name}`, import.meta.url), 'utf8')) as Probes;
  return Object.entries(probes).flatMap(([kind, texts]) =>
    texts.map((text, at) => ({
      ...labelled(kind),
      id: `${kind}-${at + 1}`,
      source: 'probes',
      licence: 'Apache-2.0',
      text,
    })),
  );
}

/** What a calibrated model and the rules make of them. */
export function probeFigures(model: ModelParts): Partial<Record<FigureName, Figure>> {
  const detect = createDetector(openModel(model));
  return figuresOf(
    readProbes().map((item) => {
      const readings = detect(item.text);
      const logit = Math.max(...readings.map((reading) => reading.logit));
      return { item, score: 1 - doubtOf(readings) / (1 + Math.exp(logit)) };
    }),
  );
}
