import type { AdminRole } from '../contract.ts';

/** What the configuration lets whoever has a token do. */
export interface Grant {
  name: string;
  role: AdminRole;
  /** Whether it may see what jobs wrote. */
  output: boolean;
}

/** Who asks. */
export interface Visitor extends Grant {
  via: 'session' | 'bearer';
  /** Of the session; undefined for a bearer token. */
  session: { id: string; expiresAtMs: number } | undefined;
}

/** What a route asks of a visitor: to look, to see what jobs wrote, or to change something. */
export type Permission = 'view' | 'output' | 'operate';

export function mayDo({ role, output }: Grant, permission: Permission): boolean {
  if (permission === 'operate') return role === 'operator';
  return permission === 'view' || output;
}

/** Who changes something, for the audit. */
export function actorOf({ name }: Grant): string {
  return `admin:${name}`;
}
