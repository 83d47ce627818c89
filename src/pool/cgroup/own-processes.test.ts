import { expect, test } from 'vitest';
import { strangersAmong } from './own-processes.ts';

/** `pid: [parent, program]` */
function table(processes: Record<number, [number, string]>) {
  return {
    parentOf: (pid: number) => processes[pid]?.[0],
    programOf: (pid: number) => processes[pid]?.[1],
  };
}

const installation: Record<number, [number, string]> = {
  10: [1, 'node'],
  11: [10, 'envoy'],
  12: [10, 'node'],
  13: [12, 'bwrap'],
};

test('what the installation has started is its own, whichever of its processes asks', () => {
  expect(strangersAmong([10, 11, 12, 13], 12, table(installation))).toEqual([]);
  expect(strangersAmong([10, 11, 12, 13], 10, table(installation))).toEqual([]);
});

test('the shell that started it is not', () => {
  const processes = table({ ...installation, 9: [1, 'bash'], 10: [9, 'node'] });
  expect(strangersAmong([9, 10, 11, 12], 12, processes)).toEqual([9]);
});

test('another installation from the same shell is not', () => {
  const processes = table({ ...installation, 9: [1, 'bash'], 10: [9, 'node'], 20: [9, 'node'] });
  expect(strangersAmong([9, 10, 12, 20], 12, processes)).toEqual([9, 20]);
});

test('a Node program outside of the cgroup that started it does not count', () => {
  const processes = table({ ...installation, 9: [1, 'node'], 10: [9, 'node'], 20: [9, 'envoy'] });
  expect(strangersAmong([10, 12, 20], 12, processes)).toEqual([20]);
});

test('a container’s first process is its own, a process from elsewhere is not', () => {
  const processes = table({ ...installation, 1: [0, 'tini'] });
  expect(strangersAmong([1, 10, 12], 12, processes)).toEqual([]);
  // The kernel shows what is outside of our pid namespace as 0.
  expect(strangersAmong([0, 1, 10, 12], 12, processes)).toEqual([0]);
});
