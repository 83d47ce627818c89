// Sums a Vitest JSON report into the closing line `N passed, N failed[, N skipped]`; names what was skipped above it.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const skipped = tests.filter(
  ({ status }) => status === 'pending' || status === 'skipped' || status === 'todo',
);
for (const { fullName, meta } of skipped)
  console.log(`skipped: ${fullName}${meta?.reason ? ` (${meta.reason})` : ''}`);

const passed = tests.filter(({ status }) => status === 'passed').length;
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
for (const { name, message } of brokenFiles) console.log(`failed to load: ${name}: ${message}`);
const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles.length;

console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
if (failed > 0 || passed === 0) process.exitCode = 1;
