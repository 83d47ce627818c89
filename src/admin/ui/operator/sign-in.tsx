import { useEffect, useRef, useState } from 'preact/hooks';
import type { SignIn as SignInRequest, WhoAmI } from '../../contract.ts';
import { messageOf } from '../shared/problem.ts';
import { ThemeSwitch } from '../shared/theme-switch.tsx';
import { call } from './call.ts';

/**
 * Asks for the admin token, and changes it for a session. A link may bring the token in its fragment, which browsers
 * send nowhere; it is taken out of the address at once.
 */
export function SignIn({ note, onEnter }: { note: string; onEnter(who: WhoAmI): void }) {
  const [problem, setProblem] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const signIn = (token: string) => {
    const body: SignInRequest = { token };
    setIsAsking(true);
    setProblem('');
    call<WhoAmI>('/session', { method: 'POST', body }).then(onEnter, (error: unknown) => {
      setIsAsking(false);
      setProblem(messageOf(error));
      field.current?.focus();
      field.current?.select();
    });
  };

  useEffect(() => {
    document.title = 'Sign in · Gatehouse';
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) return field.current?.focus();
    history.replaceState(null, '', location.pathname + location.search);
    signIn(token);
  }, []);

  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn(field.current?.value.trim() ?? '');
        }}
      >
        <h1>Gatehouse</h1>
        {note !== '' && (
          <p class="note" role="status">
            {note}
          </p>
        )}
        <div class="field">
          <label for="token">Admin token</label>
          <input
            ref={field}
            id="token"
            type="password"
            autocomplete="current-password"
            required
            spellcheck={false}
            aria-invalid={problem !== ''}
            aria-describedby="token-help token-problem"
          />
          <p class="help" id="token-help">
            It is printed by <code>gatehouse up</code>, and kept in the file that <code>admin.tokenFile</code>{' '}
            names.
          </p>
          <p class="field-problem" id="token-problem" role="alert">
            {problem}
          </p>
        </div>
        <button type="submit" class="button primary" disabled={isAsking}>
          {isAsking ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
      <ThemeSwitch />
    </main>
  );
}
