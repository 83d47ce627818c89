/**
 * Has git read repositories that belong to other users: the operator has named them, and git-upload-pack(1) says that it
 * may be used where a repository is not trusted. git takes this from the user's own configuration file alone, and compares
 * the paths of others in a form of its own, so that only `*` works for all versions.
 */
export const SAFE_DIRECTORIES = '[safe]\n\tdirectory = *\n';
