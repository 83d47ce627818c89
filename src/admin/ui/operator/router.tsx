import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Where the dashboard is served. */
const BASE = '/dashboard';

/** A place within the dashboard: path without the base, such as `/jobs/ID`, and query. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

function currentPlace(): Place {
  const { pathname, search } = location;
  const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  return { path: `/${path.replace(/^\/+|\/+$/g, '')}`, query: new URLSearchParams(search) };
}

const MOVED = 'gatehouse:moved';

/** @param to such as `/jobs?state=running`; replace: leaves no step to go back to */
export function navigate(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', BASE + to);
  dispatchEvent(new Event(MOVED));
}

/** The place that the page is at, anew whenever that changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const moved = () => setPlace(currentPlace());
    addEventListener('popstate', moved);
    addEventListener(MOVED, moved);
    return () => {
      removeEventListener('popstate', moved);
      removeEventListener(MOVED, moved);
    };
  }, []);
  return place;
}

interface LinkProps {
  to: string;
  children: ComponentChildren;
  class?: string;
  current?: boolean;
  title?: string;
}

/** A link to another place of the dashboard, which loads nothing anew. */
export function Link({ to, children, class: className, current = false, title }: LinkProps) {
  return (
    <a
      href={BASE + to}
      class={className}
      title={title}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
