import { isFinal, type JobEvent, type JobRecord } from '../../jobs/index.ts';
import type { Timeline, TimelineMark, TimelineSpan } from '../contract.ts';

/** More of them cannot be told apart in a picture. */
const MAX_MARKS = 500;

/** What a job did when, from its record and its log. @param events from the first on */
export function timelineOf(job: Pick<JobRecord, 'retries'>, events: readonly JobEvent[]): Timeline {
  const marks = marksOf(events);
  return {
    spans: spansOf(job, events),
    marks: marks.slice(0, MAX_MARKS),
    omittedMarks: Math.max(0, marks.length - MAX_MARKS),
  };
}

/** Each state lasts until the next one. */
function spansOf({ retries = [] }: Pick<JobRecord, 'retries'>, events: readonly JobEvent[]): TimelineSpan[] {
  const spans: TimelineSpan[] = [];
  for (const event of events) {
    if (event.type !== 'status') continue;
    const { state, at, attempt } = event;
    const open = spans.at(-1);
    if (open !== undefined) {
      open.to = at;
      open.outcome = state;
      // An attempt that is followed by a wait has failed, and the record says of what.
      if (open.kind === 'attempt' && state === 'queued') {
        open.outcome = retries.find((retry) => retry.attempt === open.attempt)?.code ?? 'handed_back';
      }
    }
    if (isFinal(state)) continue;
    const waits = spans.length === 0 ? 'queued' : 'delay';
    spans.push({ kind: state === 'running' ? 'attempt' : waits, attempt, from: at, to: null, outcome: null });
  }
  return spans;
}

function marksOf(events: readonly JobEvent[]): TimelineMark[] {
  const marks: TimelineMark[] = [];
  const wrote = new Set<number>();
  for (const event of events) {
    const { seq, at, attempt } = event;
    const mark = (kind: TimelineMark['kind'], label: string) => marks.push({ seq, at, attempt, kind, label });
    switch (event.type) {
      case 'text':
        if (!wrote.has(attempt)) mark('first_text', '');
        wrote.add(attempt);
        break;
      case 'tool':
        mark('tool', event.name);
        break;
      case 'artifact':
        mark('artifact', event.path);
        break;
      case 'usage':
        mark('model_answer', `${event.input_tokens + event.output_tokens} tokens`);
        break;
      case 'prompt_leak':
        mark('prompt_leak', '');
        break;
      case 'error':
        mark('error', event.error.code);
        break;
      case 'status':
      case 'result':
        break;
    }
  }
  return marks;
}
