import type { ExecutionFacts } from './roles.ts';

/** What a served process tells the process that started it, if that one listens. */
export type RoleMessage = ({ type: 'ready' } & ExecutionFacts) | { type: 'failed'; message: string };

/** What it hears from there: no new callers come, and those that there are may go. */
export interface SupervisorMessage {
  type: 'draining';
}

export interface ParentChannel {
  send(message: RoleMessage): Promise<void>;
  onDraining(listener: () => void): void;
  /** Called when the parent is gone. */
  onClosed(listener: () => void): void;
  close(): void;
}

/** The channel that `gatehouse up` opens to each role; undefined for a process that was started by hand. */
export function parentChannel(self: NodeJS.Process): ParentChannel | undefined {
  if (self.send === undefined) return undefined;
  return {
    send: (message) =>
      new Promise((resolve) => {
        // A parent that is gone needs no message; onClosed tells of it.
        if (self.connected) self.send?.(message, undefined, undefined, () => resolve());
        else resolve();
      }),
    onDraining: (listener) =>
      self.on('message', (message) => {
        if ((message as SupervisorMessage).type === 'draining') listener();
      }),
    onClosed: (listener) => self.once('disconnect', listener),
    close: () => {
      if (self.connected) self.disconnect?.();
    },
  };
}
