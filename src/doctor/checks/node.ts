import type { Check } from '../finding.ts';

/** As in package.json; TypeScript runs as it is from there on. */
export const NEEDED_NODE = 26;

export const nodeCheck: Check = {
  part: 'Node',
  failure: 'wrong',
  async run() {
    const found = `${process.version} at ${process.execPath}`;
    return Number.parseInt(process.versions.node, 10) >= NEEDED_NODE
      ? { state: 'ok', detail: found }
      : { state: 'wrong', detail: `${found}: Gatehouse needs ${NEEDED_NODE} or newer. Run 'make setup'.` };
  },
};
