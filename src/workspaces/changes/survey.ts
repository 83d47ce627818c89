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
 * change of an inode (inode(7)), and git looks at that. Three lists, with an empty entry between them: what is in the
 * index and differs, what is not in it and not ignored, what is large. What a run took its own permissions for is made
 * readable first.
 */
export const SURVEY = `cd /work && chmod u+rwx . || exit 1
find . -path ./.git -prune -o -type d ! -perm -700 -exec chmod u+rwx {} \\;
find . -path ./.git -prune -o -type f ! -perm -400 -exec chmod u+r {} +
set -e
git diff-files --raw -z --no-renames --ignore-submodules=all --abbrev=40
printf '\\0'
git ls-files -z --others --exclude-standard
printf '\\0'
find . -path ./.git -prune -o -type f -size +"$1"c -print0
`;

const FILE_MODES = new Set(['100644', '100755', '120000']);

/**
 * Reads what SURVEY prints.
 * @throws TypeError where it is something else
 */
export function parseSurvey(output: Buffer): Survey {
  const records = split(output);
  const survey: Survey = { present: [], absent: [], large: [], nested: [] };
  const [changed = 0, others = 0] = [...records.entries()].flatMap(([at, { length }]) =>
    length === 0 ? [at] : [],
  );
  if (records.length < others + 1 || changed === others || changed % 2 !== 0) {
    throw new TypeError('git printed something that is no list of changes');
  }
  for (let at = 0; at < changed; at += 2) {
    const [, mode = '', , , status = ''] = (records[at] as Buffer).toString('latin1').split(' ');
    const path = records[at + 1] as Buffer;
    const isFile = status !== 'D' && FILE_MODES.has(mode);
    (isFile ? survey.present : survey.absent).push(path);
  }
  for (const path of records.slice(changed + 1, others)) {
    (path.at(-1) === SLASH ? survey.nested : survey.present).push(path);
  }
  // find(1) names what it finds from where it began: ./a
  survey.large = records.slice(others + 1).map((path) => path.subarray(2));
  return survey;
}

const SLASH = 0x2f;

/** Between NULs; the last record has one behind it too. */
function split(output: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    if (end < 0) throw new TypeError('git printed a list that breaks off');
    records.push(output.subarray(start, end));
    start = end + 1;
  }
  return records;
}
