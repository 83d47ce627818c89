import { defineConfig } from 'vitest/config';

/**
 * Projects: `unit` stands beside the code, `integration` needs one real component, `conformance` holds a service to a
 * published format, `faults` kills processes, `e2e` starts `gatehouse up`, and `browser` looks at it with Chromium.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/counts-reporter.ts'],
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 20_000 } },
      ...['integration', 'conformance', 'faults'].map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      })),
      ...['e2e', 'browser'].map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          expect: { poll: { timeout: 20_000 } },
        },
      })),
    ],
  },
});
