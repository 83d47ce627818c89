import type { Config } from '../../config/index.ts';
import type { ChangedFile } from '../../jobs/index.ts';
import type { Copy } from '../copy/copy.ts';
import { pathList } from '../copy/listing.ts';
import { WorkspaceError } from '../error.ts';
import type { BoxedCall } from '../git/boxed-git.ts';
import type { Collected } from '../git/collect.ts';
import { parseSummary } from './summary.ts';
import { parseSurvey, SURVEY } from './survey.ts';
import { correctionLines } from './tree.ts';

/** What a run has changed in its copy. */
export interface Changes {
  /** All of them. */
  files: ChangedFile[];
  /** For `git apply` at the copy's commit; undefined where nothing was changed or it is too long. */
  patch: Buffer | undefined;
  /** Sentences about what is missing from the patch. */
  notes: string[];
}

export interface TakeOptions {
  limits: Config['workspaces']['limits'];
  timeoutMs: number;
  /** Paths of the caller's own files that the run left as they came. */
  untouched: readonly string[];
}

const MAX_NOTES = 20;
/** Of a survey and a summary: some 100,000 names. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;

const READ = 'cd /work; git update-index -z --add --replace --stdin';
const WRITE_TREE = 'git update-index -z --index-info && git write-tree';
/**
 * Between two trees of our own, in a repository without files, so that no .gitattributes of the run is read. A filter, a
 * diff program or a text conversion has to be configured, and here nothing is.
 */
const COMPARE =
  'unset GIT_WORK_TREE; cd /git; exec git diff-tree -r --full-index --no-ext-diff --no-textconv -M -l1000';
const SUMMARY = `${COMPARE} --raw --numstat -z "$1" "$2"`;
const PATCH = `${COMPARE} -p --binary --no-color --src-prefix=a/ --dst-prefix=b/ "$1" "$2"`;

/**
 * Finds what a run has changed since its copy was made, whatever it did to the repository in its working folder: that one
 * is not looked at. All git processes run in a sandbox with nothing else in it.
 * @throws WorkspaceError stopped, unusable where the changes cannot be found
 */
export async function takeChanges(copy: Copy, options: TakeOptions, signal: AbortSignal): Promise<Changes> {
  const { limits, untouched } = options;
  const endsAt = performance.now() + options.timeoutMs;
  const call = async (
    boxed: Pick<BoxedCall, 'script' | 'args' | 'input' | 'maxBytes'>,
  ): Promise<Collected> => {
    const collected = await copy.git({
      ...boxed,
      timeoutMs: Math.max(1, endsAt - performance.now()),
      signal,
    });
    return checked(collected, boxed.maxBytes);
  };
  const survey = parseSurvey(
    (await call({ script: SURVEY, args: [String(limits.patchFile.bytes)], maxBytes: MAX_LIST_BYTES })).stdout,
  );
  const large = new Set(survey.large.map((path) => path.toString('latin1')));
  const isLarge = (path: Buffer) => large.has(path.toString('latin1'));
  const present = survey.present.filter((path) => !isLarge(path));
  const notes = [
    ...survey.present.filter(isLarge).map((path) => `${shown(path)} is too large for the patch.`),
    ...survey.nested.map((path) => `${shown(path)} is a repository of its own and not in the patch.`),
  ];
  if (present.length > 0) await call({ script: READ, input: pathList(present) });
  const lines = correctionLines({
    ...{ present, untouched },
    ...{ base: copy.entries, quarantined: copy.quarantined, absent: survey.absent },
  });
  const { stdout } = await call({ script: WRITE_TREE, input: lines });
  const trees = [copy.commit, stdout.toString('latin1').trim()];
  const summary = await call({ script: SUMMARY, args: trees, maxBytes: MAX_LIST_BYTES });
  const files = parseSummary(summary.stdout);
  if (files.length === 0) return { files, patch: undefined, notes: bounded(notes) };
  const patch = await copy.git({
    ...{ script: PATCH, args: trees, signal, maxBytes: limits.patch.bytes },
    timeoutMs: Math.max(1, endsAt - performance.now()),
  });
  if (patch.cut === 'too_long') {
    const note = `The patch is longer than ${limits.patch.bytes} bytes and was left out.`;
    return { files, patch: undefined, notes: bounded([note, ...notes]) };
  }
  return { files, patch: checked(patch).stdout, notes: bounded(notes) };
}

function checked(collected: Collected, maxBytes?: number): Collected {
  if (collected.code === 0) return collected;
  if (collected.cut === 'aborted') throw new WorkspaceError('stopped', 'The job ended.');
  const message =
    collected.cut === 'timed_out'
      ? 'What the run changed could not be found in time.'
      : collected.cut === 'too_long' && maxBytes !== undefined
        ? 'The run changed more files than can be listed.'
        : 'What the run changed could not be found.';
  // What git said may have names that the run chose, and goes nowhere.
  throw new WorkspaceError('unusable', message, {
    reason: collected.cut ?? `git ended with ${collected.code}`,
  });
}

/** A name that a run chose, for a sentence. */
function shown(path: Buffer): string {
  const text = path.toString('utf8');
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function bounded(notes: string[]): string[] {
  if (notes.length <= MAX_NOTES) return notes;
  return [...notes.slice(0, MAX_NOTES), `${notes.length - MAX_NOTES} more files are not in the patch.`];
}
