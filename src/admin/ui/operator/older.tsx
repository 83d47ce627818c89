import { useState } from 'preact/hooks';
import { Trouble } from '../shared/page-parts.tsx';
import { messageOf } from '../shared/problem.ts';
import { call } from './call.ts';

/** The pages of a list behind its first, as far as somebody asked for them. */
interface Older<Page> {
  pages: readonly Page[];
  problem: string;
  /** Asks for the next; undefined where there is none. */
  more: (() => void) | undefined;
}

interface OlderOptions<Page> {
  /** Undefined until it has come. */
  first: Page | undefined;
  /** The path of what comes behind a page; undefined behind the last. */
  pathBehind(page: Page): string | undefined;
}

export function useOlder<Page>({ first, pathBehind }: OlderOptions<Page>): Older<Page> {
  const [pages, setPages] = useState<readonly Page[]>([]);
  const [problem, setProblem] = useState('');
  const last = pages.at(-1) ?? first;
  const path = last && pathBehind(last);
  const more = () => {
    if (path === undefined) return;
    setProblem('');
    call<Page>(path).then(
      (page) => setPages((before) => [...before, page]),
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return { pages, problem, more: path === undefined ? undefined : more };
}

/** Asks for the next page, and says where that fails. @param what is in it, such as jobs */
export function OlderButton({ older: { problem, more }, what }: { older: Older<unknown>; what: string }) {
  return (
    <>
      {problem !== '' && <Trouble message={problem} />}
      {more && (
        <button type="button" class="button" onClick={more}>
          Older {what}
        </button>
      )}
    </>
  );
}
