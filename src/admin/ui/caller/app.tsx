import { useEffect, useState } from 'preact/hooks';
import { CallProblem, messageOf } from '../shared/problem.ts';
import { ThemeSwitch } from '../shared/theme-switch.tsx';
import { type Caller, createCaller } from './caller.ts';
import { JobsPage } from './jobs-page.tsx';
import { SignIn } from './sign-in.tsx';

type Entrance =
  | { kind: 'asking' }
  | { kind: 'away' }
  | { kind: 'out' }
  | { kind: 'in'; caller: Caller; byKey: boolean };

const RETRY_MS = 3_000;

/** The page of those who send jobs: their own jobs, and what is left of their limits. */
export function App() {
  const [entrance, setEntrance] = useState<Entrance>({ kind: 'asking' });
  const [, setTold] = useState(0);
  const told = () => setTold((count) => count + 1);

  /** @throws CallProblem where this key, or the browser's login, is not taken */
  const enter = async (apiKey?: string) => {
    const caller = createCaller(apiKey, told);
    await caller.send('/claude/jobs?limit=1');
    setEntrance({ kind: 'in', caller, byKey: apiKey !== undefined });
  };

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ask = () =>
      enter().catch((error: unknown) => {
        const isRefused = error instanceof CallProblem && error.status >= 400 && error.status < 500;
        setEntrance({ kind: isRefused ? 'out' : 'away' });
        if (!isRefused) timer = setTimeout(ask, RETRY_MS);
      });
    ask();
    return () => clearTimeout(timer);
  }, []);

  switch (entrance.kind) {
    case 'asking':
      return null;
    case 'away':
      return (
        <main class="sign-in">
          <h1>Gatehouse</h1>
          <p role="status">The service does not answer. This page tries again by itself.</p>
        </main>
      );
    case 'out':
      return (
        <SignIn onKey={(key) => enter(key).catch((error: unknown) => Promise.reject(messageOf(error)))} />
      );
    case 'in':
      return (
        <div class="caller">
          <a class="skip-link" href="#main">
            Skip to the page
          </a>
          <header class="top">
            <span class="mark">Gatehouse</span>
            <ThemeSwitch />
            {entrance.byKey ? (
              <button type="button" class="button" onClick={() => setEntrance({ kind: 'out' })}>
                Forget the key
              </button>
            ) : (
              <a class="button" href="/claude/dashboard/logout">
                Sign out
              </a>
            )}
          </header>
          <main id="main" tabIndex={-1}>
            <JobsPage caller={entrance.caller} onRefused={() => setEntrance({ kind: 'out' })} />
          </main>
        </div>
      );
  }
}
