import { startStandIn } from '../../src/model/stand-in/server.ts';

export interface RecordingModel {
  url: string;
  /** Milliseconds since the epoch of the first request whose body names this text. */
  askedAtMs(text: string): number | undefined;
  close(): Promise<void>;
}

/** The stand-in model, with a note of when it was asked what. */
export async function startRecordingModel(): Promise<RecordingModel> {
  const asked = new Map<string, number>();
  const standIn = await startStandIn((body) => {
    const atMs = Date.now();
    const mark = /mark-[0-9a-z]+/.exec(body)?.[0];
    if (mark !== undefined && !asked.has(mark)) asked.set(mark, atMs);
  });
  return {
    url: standIn.url.href.replace(/\/$/, ''),
    askedAtMs: (text) => asked.get(text),
    close: () => standIn.close(),
  };
}
