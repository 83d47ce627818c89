/** How the texts of a submission are judged where the configuration says nothing. */
export const INSPECTION_POLICY = {
  name: 'default',
  preset: 'default',
  thresholds: { flag: 0.5, reject: 0.9 },
  files: 'flag',
  shadow: false,
} as const;
