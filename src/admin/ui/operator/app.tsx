import { useCallback, useEffect, useState } from 'preact/hooks';
import type { WhoAmI } from '../../contract.ts';
import { CallProblem } from '../shared/problem.ts';
import { call, SIGNED_OUT_EVENT } from './call.ts';
import { followLive, type LiveState } from './live.ts';
import { SessionContext } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** away: nobody says yet whether there is a session. */
type Entrance =
  | { kind: 'asking' }
  | { kind: 'away' }
  | { kind: 'out'; note: string }
  | { kind: 'in'; who: WhoAmI };

const RETRY_MS = 3_000;
const EXPIRED = 'Your session has ended. Sign in again to go on where you were.';

/** The dashboard: the sign-in, or whatever page the address names. */
export function App() {
  const [entrance, setEntrance] = useState<Entrance>({ kind: 'asking' });
  const enter = useCallback((who: WhoAmI) => setEntrance({ kind: 'in', who }), []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ask = () =>
      call<WhoAmI>('/api/whoami').then(enter, (error: unknown) => {
        const isAway = !(error instanceof CallProblem) || error.status === 0 || error.status >= 500;
        setEntrance(isAway ? { kind: 'away' } : { kind: 'out', note: '' });
        if (isAway) timer = setTimeout(ask, RETRY_MS);
      });
    ask();
    return () => clearTimeout(timer);
  }, [enter]);

  useEffect(() => {
    const out = () => setEntrance((now) => (now.kind === 'in' ? { kind: 'out', note: EXPIRED } : now));
    addEventListener(SIGNED_OUT_EVENT, out);
    return () => removeEventListener(SIGNED_OUT_EVENT, out);
  }, []);

  if (entrance.kind === 'asking') return <p class="quiet-start">Gatehouse</p>;
  if (entrance.kind === 'away') return <Away />;
  if (entrance.kind === 'out') return <SignIn note={entrance.note} onEnter={enter} />;
  return (
    <Inside who={entrance.who} onLeave={() => setEntrance({ kind: 'out', note: 'You are signed out.' })} />
  );
}

function Away() {
  return (
    <main class="sign-in">
      <h1>Gatehouse</h1>
      <p role="status">The admin API does not answer. This page tries again by itself.</p>
    </main>
  );
}

function Inside({ who, onLeave }: { who: WhoAmI; onLeave(): void }) {
  const [live, setLive] = useState<LiveState>({ connection: 'connecting', overview: undefined, jobs: [] });
  useEffect(() => followLive(setLive), []);
  const signOut = () => {
    call('/session', { method: 'DELETE' }).then(onLeave, onLeave);
  };
  return (
    <SessionContext value={{ who, live, signOut }}>
      <Shell />
    </SessionContext>
  );
}
