import { useEffect, useRef, useState } from 'preact/hooks';
import { ThemeSwitch } from '../shared/theme-switch.tsx';

/** Goes through the browser login where identity.oidc is set, and comes back. */
const LOGIN = '/claude/dashboard/login';

/** Whether there is a browser login: then its address redirects, first to here and for a page to the provider. */
async function hasLogin(): Promise<boolean> {
  const answer = await fetch(LOGIN, { redirect: 'manual', headers: { accept: 'application/json' } });
  return answer.type === 'opaqueredirect';
}

/** @param onKey rejects with what to tell where the key is not taken */
export function SignIn({ onKey }: { onKey(key: string): Promise<void> }) {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const [offersLogin, setOffersLogin] = useState(false);
  useEffect(() => {
    field.current?.focus();
    hasLogin().then(setOffersLogin, () => {});
  }, []);
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setIsAsking(true);
          setProblem('');
          onKey(field.current?.value.trim() ?? '').catch((message: string) => {
            setIsAsking(false);
            setProblem(message);
            field.current?.select();
          });
        }}
      >
        <h1>Your jobs</h1>
        {offersLogin && (
          <a class="button primary" href={LOGIN}>
            Sign in with your browser
          </a>
        )}
        <div class="field">
          <label for="key">API key</label>
          <input
            ref={field}
            id="key"
            type="password"
            autocomplete="off"
            required
            spellcheck={false}
            aria-invalid={problem !== ''}
            aria-describedby="key-help key-problem"
          />
          <p class="help" id="key-help">
            It stays in this tab and is gone with it.
          </p>
          <p class="field-problem" id="key-problem" role="alert">
            {problem}
          </p>
        </div>
        <button type="submit" class={offersLogin ? 'button' : 'button primary'} disabled={isAsking}>
          {isAsking ? 'Asking …' : 'Show my jobs'}
        </button>
      </form>
      <ThemeSwitch />
    </main>
  );
}
