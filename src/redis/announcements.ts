import type { Redis } from './client.ts';

/** Called with each announcement on a channel, and with undefined when some may have been missed until now. */
export type Listener = (message: string | undefined) => void;

/** Listens to Redis channels for all who wait in this process over one connection. */
export interface Announcements {
  /**
   * Calls the listener with undefined once the subscription stands, and again after each reconnection: who reads
   * the state only then misses nothing.
   * @returns what ends it
   */
  listen(channel: string, listener: Listener): () => void;
  /**
   * Calls the listener when the connection is lost: what is announced from then on is missed, until each channel's own
   * listener is called with undefined. On Redis Cluster a lost node may go unnoticed.
   * @returns what ends it
   */
  onInterruption(listener: () => void): () => void;
  /** Makes the connection anew, as it seems to be dead though nobody has ended it. */
  reconnect(): void;
}

/** @param subscriber a connection for this alone, of the kind that waits for Redis */
export function createAnnouncements(subscriber: Redis): Announcements {
  const channels = new Map<string, { listeners: Set<Listener>; subscribed: Promise<unknown> }>();
  const tell = (channel: string, message: string | undefined) => {
    for (const listener of [...(channels.get(channel)?.listeners ?? [])]) listener(message);
  };

  subscriber.on('message', tell);
  subscriber.on('ready', () => {
    const names = [...channels.keys()];
    if (names.length === 0) return;
    subscriber.subscribe(...names).then(
      () => {
        for (const name of names) tell(name, undefined);
      },
      () => {}, // Cut again: the next 'ready' follows.
    );
  });

  return {
    reconnect: () => subscriber.disconnect(true),
    onInterruption(listener) {
      subscriber.on('close', listener);
      return () => subscriber.off('close', listener);
    },
    listen(name, listener) {
      let channel = channels.get(name);
      if (channel === undefined) {
        channel = { listeners: new Set(), subscribed: subscriber.subscribe(name) };
        channels.set(name, channel);
      }
      const { listeners, subscribed } = channel;
      listeners.add(listener);
      subscribed.then(
        () => listener(undefined),
        () => {}, // The connection was closed for good.
      );
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        channels.delete(name);
        subscriber.unsubscribe(name).catch(() => {});
      };
    },
  };
}
