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

/** The second was written when the first had been looked at often. */
export const PROBE_SETS = ['first', 'second'] as const;
export type ProbeSet = (typeof PROBE_SETS)[number];

/** Texts written by hand for this check, which nothing is trained on. */
export function readProbes(set: ProbeSet): Item[] {
  return [
    ...itemsOf(`${set}/attacks.yaml`, (kind) => ({ label: 'attack', kind })),
    ...itemsOf(`${set}/harmless.yaml`, (kind) => ({ label: 'benign', kind: `hand_${kind}` })),
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

export type ProbeFigures = Record<ProbeSet, Partial<Record<FigureName, Figure>>>;

/** What a calibrated model and the rules make of them. */
export function probeFigures(model: ModelParts): ProbeFigures {
  const detect = createDetector(openModel(model));
  const figuresOfSet = (set: ProbeSet) =>
    figuresOf(
      readProbes(set).map((item) => {
        const readings = detect(item.text);
        const logit = Math.max(...readings.map((reading) => reading.logit));
        return { item, score: 1 - doubtOf(readings) / (1 + Math.exp(logit)) };
      }),
    );
  return { first: figuresOfSet('first'), second: figuresOfSet('second') };
}
