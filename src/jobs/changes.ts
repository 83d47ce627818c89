/** What became of one file of a workspace. */
export interface ChangedFile {
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'type_changed';
  path: string;
  /** Its path before, where it was renamed. */
  from?: string;
  /** Lines; absent where it is binary. */
  added?: number;
  removed?: number;
}

/** What a run changed in its workspace. */
export interface JobChanges {
  workspace: string;
  branch: string;
  /** The commit that the changes are to: `git apply` takes the patch there. */
  commit: string;
  /** The artifact that has them; absent where nothing was changed, or it had to be left out. */
  patch?: string;
  /** All that were changed, also those that are not listed. */
  fileCount: number;
  added: number;
  removed: number;
  files: ChangedFile[];
  /** Sentences about what is missing from the patch. */
  notes?: string[];
}
