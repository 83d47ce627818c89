import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WhoAmI } from '../../contract.ts';
import type { LiveState } from './live.ts';

/** Who looks at the dashboard, and what comes in while they do. */
export interface Session {
  who: WhoAmI;
  live: LiveState;
  signOut(): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** For what is only drawn with a session. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new TypeError('Drawn without a session');
  return session;
}

/** Whether this session may change things. */
export function useIsOperator(): boolean {
  return useSession().who.role === 'operator';
}
