import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends a run with what was skipped and why, and one plain line of counts. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => ({ name: test.fullName, result: test.result() }));
    const skipped = results.filter(({ result }) => result.state === 'skipped' || result.state === 'pending');
    const passed = results.filter(({ result }) => result.state === 'passed').length;
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = suites.filter((suite) => suite.errors().length > 0).length;
    const failed = results.length - skipped.length - passed + broken + unhandled.length;
    for (const { name, result } of skipped) {
      const reason = 'note' in result && result.note !== undefined ? result.note : 'no reason given';
      console.log(`skipped: ${name}: ${reason}`);
    }
    const rest = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    console.log(`${passed} passed, ${failed} failed${rest}`);
  }
}
