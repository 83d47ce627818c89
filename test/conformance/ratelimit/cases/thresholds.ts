import { type Case, free, ok, over, step, yearly } from '../case.ts';

/** share_threshold, and the keys that only concern metrics. */
export const thresholds: readonly Case[] = [
  {
    name: 'values that a star with share_threshold fits are counted together',
    rules:
      '[{key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 2}}]',
    steps: [
      step({ file: 'img1' }, ok(yearly(2), 1)),
      step({ file: 'img2' }, ok(yearly(2), 0)),
      step({ file: 'img3' }, over(yearly(2))),
      step({ file: 'doc' }, free),
    ],
  },
  {
    name: 'a star without share_threshold counts each value apart',
    rules:
      '[{key: file, value: img*, share_threshold: false, rate_limit: {unit: year, requests_per_unit: 2}}]',
    steps: [step({ file: 'img1' }, ok(yearly(2), 1)), step({ file: 'img2' }, ok(yearly(2), 1))],
  },
  {
    name: 'two stars with share_threshold each have a bucket',
    rules: `
      - {key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: file, value: doc*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ file: 'img1' }, ok(yearly(5), 4)), step({ file: 'doc1' }, ok(yearly(5), 4))],
  },
  {
    name: 'an exact value beside a star with share_threshold is counted apart',
    rules: `
      - {key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: file, value: img1, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ file: 'img1' }, ok(yearly(5), 4)),
      step({ file: 'img2' }, ok(yearly(5), 4)),
      step({ file: 'img3' }, ok(yearly(5), 3)),
    ],
  },
  {
    name: 'share_threshold of an upper level counts its values together below it',
    rules: `
      - key: file
        value: img*
        share_threshold: true
        descriptors: [{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]`,
    steps: [
      step({ file: 'img1', client: 'service-a' }, ok(yearly(5), 4)),
      step({ file: 'img2', client: 'service-a' }, ok(yearly(5), 3)),
      step({ file: 'img2', client: 'service-b' }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'share_threshold of a lower level counts its values together for each upper one',
    rules: `
      - key: client
        descriptors:
          - {key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ client: 'service-a', file: 'img1' }, ok(yearly(5), 4)),
      step({ client: 'service-a', file: 'img2' }, ok(yearly(5), 3)),
      step({ client: 'service-b', file: 'img1' }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'share_threshold on two levels counts together on both',
    rules: `
      - key: file
        value: img*
        share_threshold: true
        descriptors:
          - {key: client, value: s*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ file: 'img1', client: 's1' }, ok(yearly(5), 4)),
      step({ file: 'img2', client: 's2' }, ok(yearly(5), 3)),
    ],
  },
  {
    name: 'share_threshold may stand beside a star in the middle',
    rules:
      '[{key: path, value: /a/*/z, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [step({ path: '/a/1/z' }, ok(yearly(5), 4)), step({ path: '/a/2/z' }, ok(yearly(5), 3))],
  },
  {
    name: 'the two hits of one request on a shared threshold are counted one after the other',
    rules:
      '[{key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 1}}]',
    steps: [step([{ file: 'img1' }, { file: 'img2' }], [ok(yearly(1), 0), over(yearly(1))])],
  },
  {
    name: 'a value with the very text of a star with share_threshold shares its bucket',
    rules:
      '[{key: file, value: img*, share_threshold: true, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ file: 'img1' }, ok(yearly(5), 4)), step({ file: 'img*' }, ok(yearly(5), 3))],
  },
  ...['detailed_metric', 'value_to_metric'].map(
    (key): Case => ({
      name: `${key} changes no answer`,
      rules: `
      - key: client
        ${key}: true
        rate_limit: {name: n, unit: year, requests_per_unit: 1}
        descriptors: [{key: path, ${key}: true, rate_limit: {unit: year, requests_per_unit: 5}}]`,
      steps: [
        step({ client: 'service-a' }, ok(yearly(1, 'n'), 0)),
        step({ client: 'service-b' }, ok(yearly(1, 'n'), 0)),
        step({ client: 'service-a' }, over(yearly(1, 'n'))),
        step({ client: 'service-a', path: '/' }, ok(yearly(5), 4)),
      ],
    }),
  ),
  {
    name: 'detailed_metric and value_to_metric change nothing of a shared threshold',
    rules: `
      - {key: file, value: img*, share_threshold: true, detailed_metric: true, value_to_metric: true,
         rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ file: 'img1' }, ok(yearly(5), 4)), step({ file: 'img2' }, ok(yearly(5), 3))],
  },
];
