import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { DISGUISES } from '../../training/inspect/disguises.ts';
import { chooseThresholds, type Figure } from '../../training/inspect/figures.ts';
import { readHarmless, readItems } from '../../training/inspect/items.ts';
import { PROBE_SETS, readProbes } from '../../training/inspect/probes.ts';
import { trainingSentences } from '../../training/inspect/train-model.ts';
import { type ShippedFigures, trainShipped } from '../../training/inspect/train-shipped.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

/** Points that a figure may lose to noise before the detector counts as worse. */
const NOISE = 0.02;

let trained: ReturnType<typeof trainShipped>;
beforeAll(() => {
  trained = trainShipped(() => {});
}, 600_000);

test('the model that ships is what the data and the code give', () => {
  expect(trained.model.checksum).toBe(
    (read('../../src/inspect/model/model.json') as { checksum: string }).checksum,
  );
});

test('its file stays small', () => {
  const { length } = readFileSync(new URL('../../src/inspect/model/model.json', import.meta.url));
  expect(length).toBeLessThanOrEqual(256 * 1024);
});

describe('by cross-validation, no worse than recorded:', () => {
  const recorded = read('../../training/inspect/figures.json') as ShippedFigures;
  test.each(['core', 'embedded', 'multilingual', 'disguised'] as const)('%s attacks are found', (name) => {
    expect(share(trained.figures.groups[name], 'flagged')).toBeGreaterThan(
      share(recorded.groups[name], 'flagged') - NOISE,
    );
    expect(share(trained.figures.groups[name], 'rejected')).toBeGreaterThan(
      share(recorded.groups[name], 'rejected') - NOISE,
    );
  });

  test.each(['quoted', 'chat'] as const)('%s texts pass', (name) => {
    expect(share(trained.figures.groups[name], 'rejected')).toBeLessThan(
      share(recorded.groups[name], 'rejected') + NOISE,
    );
  });

  test.each([
    ['core', 'flagged', 0.8],
    ['core', 'rejected', 0.6],
    ['embedded', 'flagged', 0.75],
    ['multilingual', 'flagged', 0.55],
  ] as const)('of %s attacks enough are %s', (name, verdict, least) => {
    expect(share(trained.figures.groups[name], verdict)).toBeGreaterThanOrEqual(least);
  });

  test.each([
    ['development', 'flagged', 0.005],
    ['development', 'rejected', 0.001],
    ['hard', 'flagged', 0.03],
    ['hard', 'rejected', 0.01],
    ['quoted', 'rejected', 0.2],
  ] as const)('of %s texts few are %s', (name, verdict, most) => {
    expect(share(trained.figures.groups[name], verdict)).toBeLessThanOrEqual(most);
  });
});

describe.each(PROBE_SETS)('on the %s probes, which nothing is trained on, no worse than recorded:', (set) => {
  const recorded = (read('../../training/inspect/figures.json') as ShippedFigures).probes[set];
  /** So many may come and go with the data. */
  const FEW = 3;
  test.each(['core', 'embedded', 'multilingual'] as const)('%s attacks are found', (name) => {
    const { [name]: measured } = trained.figures.probes[set];
    expect(measured?.flagged).toBeGreaterThanOrEqual((recorded[name]?.flagged ?? Number.NaN) - FEW);
    expect(measured?.rejected).toBeGreaterThanOrEqual((recorded[name]?.rejected ?? Number.NaN) - FEW);
  });

  test.each(['development', 'hard', 'quoted'] as const)('%s texts pass', (name) => {
    const { [name]: measured } = trained.figures.probes[set];
    expect(measured?.flagged).toBeLessThanOrEqual((recorded[name]?.flagged ?? Number.NaN) + FEW);
    expect(measured?.rejected).toBeLessThanOrEqual((recorded[name]?.rejected ?? Number.NaN) + FEW);
  });

  test('no training text has nine words in a row of one of them', () => {
    const taught = [
      ...[...readItems(), ...readHarmless()].map(({ text }) => text),
      ...trainingSentences().map(({ text }) => text),
    ];
    const runs = new Set(readProbes(set).flatMap(({ text }) => runsOf(text)));
    expect(taught.flatMap((text) => runsOf(text).filter((run) => runs.has(run)))).toEqual([]);
  });
});

describe('a disguise hides nothing:', () => {
  /** Points that a disguise may cost: what it changes, such as line breaks that become spaces, is not undone. */
  const LOST = 0.03;
  /** Of 2,000; so few are chance. */
  const CHANCE = 3;
  test.each(Object.keys(DISGUISES))('%s', (name) => {
    const { [name]: hidden, plain } = trained.figures.disguises;
    if (hidden === undefined || plain === undefined) throw new Error(`${name} was not measured`);
    expect(share(hidden.attacks, 'flagged')).toBeGreaterThanOrEqual(share(plain.attacks, 'flagged') - LOST);
    expect(hidden.harmless.flagged).toBeLessThanOrEqual(plain.harmless.flagged + CHANCE);
    expect(hidden.harmless.rejected).toBeLessThanOrEqual(plain.harmless.rejected + CHANCE);
  });
});

test('thresholds let as many harmless texts be flagged as the limits say, and no more', () => {
  const item = (kind: string) => ({
    id: '',
    label: 'benign' as const,
    kind,
    source: '',
    licence: '',
    text: '',
  });
  const judged = Array.from({ length: 1_000 }, (_, at) => ({ item: item('commit'), logit: at }));
  const { flag, reject } = chooseThresholds(judged);
  expect(judged.filter(({ logit }) => logit > flag)).toHaveLength(3);
  expect(judged.filter(({ logit }) => logit > reject)).toHaveLength(0);
});

/** All runs of nine words of a text. */
function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return Array.from({ length: Math.max(words.length - 8, 0) }, (_, at) => words.slice(at, at + 9).join(' '));
}

function share(figure: Figure | undefined, verdict: 'flagged' | 'rejected'): number {
  return figure === undefined ? Number.NaN : figure[verdict] / figure.texts;
}
