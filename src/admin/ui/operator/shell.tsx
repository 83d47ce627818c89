import { useEffect, useRef, useState } from 'preact/hooks';
import { ThemeSwitch } from '../shared/theme-switch.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import type { Connection } from './live.ts';
import { findPage, PAGES } from './places.ts';
import { Link, usePlace } from './router.tsx';
import { useSession } from './session.ts';

/** What stands around every page: navigation, who is signed in, and whether news still come in. */
export function Shell() {
  const place = usePlace();
  const { page, params } = findPage(place.path);
  const main = useRef<HTMLElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const isFirst = useRef(true);

  useEffect(() => {
    setIsOpen(false);
    document.title = `${page.name} · Gatehouse`;
    if (!isFirst.current) {
      scrollTo(0, 0);
      // Says where one is to who cannot see it, and has Tab go on from there.
      main.current?.querySelector('h1')?.focus();
    }
    isFirst.current = false;
  }, [place.path]);

  return (
    <div class="shell">
      <a class="skip-link" href="#main">
        Skip to the page
      </a>
      <header class="rail">
        <Link to="/" class="mark">
          Gatehouse
        </Link>
        <button
          type="button"
          class="menu-button"
          aria-expanded={isOpen}
          aria-controls="rail-content"
          onClick={() => setIsOpen(!isOpen)}
        >
          Menu
        </button>
        <div id="rail-content" class={isOpen ? 'rail-content open' : 'rail-content'}>
          <nav aria-label="Dashboard">
            <ul>
              {PAGES.filter(({ inMenu }) => inMenu).map(({ name, path }) => (
                <li key={path}>
                  <Link to={path} current={page.menu === path}>
                    {name}
                    <Badge path={path} />
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <Who />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <ConnectionNote />
        <ErrorBoundary key={place.path}>
          <page.Page params={params} query={place.query} />
        </ErrorBoundary>
      </main>
    </div>
  );
}

/** What wants to be looked at behind a link. */
function Badge({ path }: { path: string }) {
  const { overview } = useSession().live;
  if (path === '/' && overview && overview.firing.length > 0) {
    return (
      <span class="badge bad">
        {overview.firing.length}
        <span class="visually-hidden"> alerts fire</span>
      </span>
    );
  }
  const down = overview?.sources.filter(({ state }) => state === 'down').length ?? 0;
  if (path === '/health' && down > 0) {
    return (
      <span class="badge bad">
        {down}
        <span class="visually-hidden"> parts do not answer</span>
      </span>
    );
  }
  return null;
}

function Who() {
  const { who, signOut } = useSession();
  return (
    <div class="who">
      <p>
        <b>{who.name}</b> <span class="quiet">{who.role}</span>
      </p>
      <ThemeSwitch />
      <button type="button" class="button" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}

const CONNECTION_TEXTS: Record<Connection, string> = {
  connecting: '',
  open: '',
  lost: 'Connection lost, trying again. What you see is from before.',
};

function ConnectionNote() {
  const { connection } = useSession().live;
  return (
    <p class={connection === 'lost' ? 'connection lost' : 'connection'} role="status">
      {CONNECTION_TEXTS[connection]}
    </p>
  );
}
