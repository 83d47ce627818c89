/** A route, as far as it says where prompts are run and what is added to them. */
interface SubmissionRoute {
  kind?: 'submit' | 'read' | undefined;
  paths?: string[] | undefined;
  systemPrefix?: string | undefined;
  template?: object | undefined;
}

/** Where routes of an operator's own can have the api run prompts. Envoy takes these for submissions too. */
const SUBMISSION_PATH = /^\/claude\/[a-z][a-z0-9-]{0,63}\/(invoke|stream)$/;

/** The paths at which the api takes submissions beside those of the built-in `submit`. */
export function submissionPaths(routes: Readonly<Record<string, SubmissionRoute>>): string[] {
  return Object.values(routes).flatMap(pathsOf);
}

function pathsOf({ kind, paths = [] }: SubmissionRoute): string[] {
  return kind === 'submit' ? paths.filter((path) => SUBMISSION_PATH.test(path)) : [];
}

/** What a route adds to prompts where none is run. */
export function addedInVain(name: string, route: SubmissionRoute): { path: string[]; message: string }[] {
  if (name === 'submit' || pathsOf(route).length > 0) return [];
  const message =
    'expected it at submit, or at a route of kind submit with a path such as /claude/reports/invoke or /claude/reports/stream';
  return (['systemPrefix', 'template'] as const)
    .filter((key) => route[key] !== undefined)
    .map((key) => ({ path: [name, key], message }));
}
