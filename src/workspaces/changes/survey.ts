import { unreadable } from '../error.ts';

/** What differs from the copy as it was made. */
export interface Survey {
  /** Files and links to be looked at, as they are now. */
  present: Buffer[];
  /** Files that are not there any more, or are none any more. */
  absent: Buffer[];
  /** Files over the size that a patch takes. */
  large: Buffer[];
  /** Folders that are repositories of their own. */
  nested: Buffer[];
}

/**
 * Finds what a run has changed, by what the file system says of each file: a run can set any time but that of the last
 * change of an inode (inode(7)), and git looks at that. Four lists, with an empty entry between them: what is in the
 * index and differs, what is not in it and not ignored, what is large, what is neither file nor folder nor link, which
 * git takes for a file. What a run took its own permissions for is made
 * readable first.
 */
export const SURVEY = `chmod u+rwx /work && cd /work || exit 1
find . -path ./.git -prune -o -type d ! -perm -700 -exec chmod u+rwx {} \\;
find . -path ./.git -prune -o -type f ! -perm -400 -exec chmod u+r {} +
set -e
git diff-files --raw -z --no-renames --ignore-submodules=all --abbrev=40
printf '\\0'
git ls-files -z --others --exclude-standard
printf '\\0'
find . -path ./.git -prune -o -type f -size +"$1"c -print0
printf '\\0'
find . -path ./.git -prune -o ! -type d ! -type f ! -type l -print0
`;

const FILE_MODES = new Set(['100644', '100755', '120000']);

/**
 * Reads what SURVEY prints.
 * @throws WorkspaceError where it is something else
 */
export function parseSurvey(output: Buffer): Survey {
  const lists = split(output);
  const [changed, others, large, special] = lists;
  if (changed === undefined || others === undefined || large === undefined || special === undefined) {
    throw unreadable('something that is no list of changes');
  }
  const noFiles = new Set(special.map(fromFind));
  const survey: Survey = { present: [], absent: [], large: [], nested: [] };
  for (let at = 0; at + 1 < changed.length; at += 2) {
    const [, mode = '', , , status = ''] = (changed[at] as Buffer).toString('latin1').split(' ');
    const path = changed[at + 1] as Buffer;
    const isFile = status !== 'D' && FILE_MODES.has(mode) && !noFiles.has(path.toString('latin1'));
    (isFile ? survey.present : survey.absent).push(path);
  }
  for (const path of others) (path.at(-1) === SLASH ? survey.nested : survey.present).push(path);
  survey.large = large.map((path) => Buffer.from(fromFind(path), 'latin1'));
  return survey;
}

/** find(1) names what it finds from where it began: ./a */
function fromFind(path: Buffer): string {
  return path.toString('latin1', 2);
}

const SLASH = 0x2f;

/** Lists of what stands between NULs; an empty entry ends one. */
function split(output: Buffer): Buffer[][] {
  const lists: Buffer[][] = [[]];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    if (end < 0) throw unreadable('a list that breaks off');
    if (end === start) lists.push([]);
    else lists.at(-1)?.push(output.subarray(start, end));
    start = end + 1;
  }
  return lists;
}
