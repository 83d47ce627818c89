import { useEffect, useRef } from 'preact/hooks';
import type { JobEntry } from '../../contract.ts';
import { bytes, count, plural } from './format.ts';

/** What a job writes, as it comes; who may not see the text sees how much there is. */
export function Output({ entries, isLive }: { entries: readonly JobEntry[]; isLive: boolean | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [entries]);
  return (
    <>
      {isLive === false && (
        <p class="quiet" role="status">
          Connection lost, trying again.
        </p>
      )}
      <div
        ref={box}
        role="log"
        aria-live="off"
        class="output"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        aria-label="What the job writes"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {groupText(entries).map((entry) => (
          <OutputEntry key={entry.seq} entry={entry} />
        ))}
        {entries.length === 0 && <p class="quiet">Nothing yet.</p>}
      </div>
    </>
  );
}

function OutputEntry({ entry }: { entry: JobEntry }) {
  switch (entry.type) {
    case 'text':
      return entry.text === null ? (
        <p class="event">{plural(entry.characters, 'character')} written, which you may not see</p>
      ) : (
        <p class="text">{entry.text}</p>
      );
    case 'tool':
      return <p class="event">uses {entry.name}</p>;
    case 'artifact':
      return (
        <p class="event">
          keeps {entry.path}, {bytes(entry.bytes)}
        </p>
      );
    case 'usage':
      return <p class="event">{count(entry.output_tokens)} tokens written so far</p>;
    case 'status':
      return <p class="event">{entry.state}</p>;
    case 'error':
      return (
        <p class="event bad">
          {entry.code}: {entry.message}
        </p>
      );
    case 'prompt_leak':
      return <p class="event bad">wrote the marker of its system prompt</p>;
    case 'result':
      return <p class="event">result by {entry.model}</p>;
  }
}

/** Pieces of text that follow one another as one, which they are. */
function groupText(entries: readonly JobEntry[]): JobEntry[] {
  const grouped: JobEntry[] = [];
  for (const entry of entries) {
    const last = grouped.at(-1);
    if (entry.type !== 'text' || last?.type !== 'text' || last.attempt !== entry.attempt) {
      grouped.push(entry);
      continue;
    }
    const text = last.text === null || entry.text === null ? null : last.text + entry.text;
    grouped[grouped.length - 1] = { ...last, text, characters: last.characters + entry.characters };
  }
  return grouped;
}
