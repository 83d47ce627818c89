/**
 * CPU time that a function takes on this thread, in milliseconds. Unlike the clock's it says the same on a busy
 * machine.
 */
export function cpuTimeMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
