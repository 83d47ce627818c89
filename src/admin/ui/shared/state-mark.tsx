/** A word with a shape before it, so that colour is not all that tells states apart (WCAG 1.4.1). */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

const SHAPES: Record<Tone, string> = {
  good: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.2v7.6a3.8 3.8 0 0 0 0-7.6Z',
  warn: 'M8 2 15 14H1Z',
  bad: 'M2.5 2.5h11v11h-11Z',
  quiet: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
};

export function StateMark({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class={`state ${tone}`}>
      <svg viewBox="0 0 16 16" width="9" height="9" aria-hidden="true">
        <path d={SHAPES[tone]} fill="currentColor" fill-rule="evenodd" />
      </svg>
      {children}
    </span>
  );
}

const JOB_TONES: Record<string, Tone> = {
  queued: 'quiet',
  running: 'info',
  completed: 'good',
  failed: 'bad',
  canceled: 'quiet',
  expired: 'warn',
};

export function JobState({ state }: { state: string }) {
  return <StateMark tone={JOB_TONES[state] ?? 'quiet'}>{state}</StateMark>;
}
