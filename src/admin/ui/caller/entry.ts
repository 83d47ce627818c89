import type { JobEntry } from '../../contract.ts';

/** What stands in every event of a job's log. */
interface JobEvent {
  seq: number;
  at: string;
  attempt: number;
  type: string;
  text?: string;
  model?: string;
  error?: { code: string; message: string };
}

/** An event as callers get it in the form that the output shows; undefined for a type that came after this page was built. */
export function entryOf(event: JobEvent): JobEntry | undefined {
  const { seq, at, attempt, type } = event;
  const place = { seq, at, attempt };
  switch (type) {
    case 'text': {
      const { text = '' } = event;
      return { ...place, type, text, characters: text.length };
    }
    case 'result':
      return { ...place, type, model: event.model ?? '' };
    case 'error':
      return { ...place, type, ...(event.error ?? { code: '', message: '' }) };
    case 'status':
    case 'tool':
    case 'artifact':
    case 'usage':
    case 'prompt_leak':
      return event as unknown as JobEntry;
    default:
      return undefined;
  }
}
