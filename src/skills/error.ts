/** What can be wrong with a skill's folder: a closed set. */
export type SkillErrorCode =
  | 'folder_missing'
  | 'not_a_folder'
  | 'skill_file_missing'
  | 'front_matter_invalid'
  | 'name_differs'
  | 'description_missing'
  | 'too_large'
  | 'too_many_files'
  | 'too_deep'
  /** A link to what lies outside of the folder, to nothing, or to a folder. */
  | 'link_refused'
  /** A FIFO, a socket or a device. */
  | 'not_a_file'
  /** A file name that is not UTF-8, or has control characters. */
  | 'name_refused'
  | 'unreadable';

/** A skill cannot be given to anybody. The message says where, what, and what to do. */
export class SkillError extends Error {
  readonly code: SkillErrorCode;

  constructor(code: SkillErrorCode, message: string) {
    super(message);
    this.name = 'SkillError';
    this.code = code;
  }
}
