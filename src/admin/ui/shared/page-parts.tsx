import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

/** The title of a page, with what it is about and what can be done on it. */
export function PageTitle({
  title,
  aside,
  children,
}: {
  title: ComponentChildren;
  aside?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="page-title">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {children && <p class="lead">{children}</p>}
      </div>
      {aside && <div class="aside">{aside}</div>}
    </div>
  );
}

export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-title">
        <h2 id={id}>{title}</h2>
        {aside && <div class="aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** What is missing, and why. */
export function Trouble({ message, onRetry }: { message: string; onRetry?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>{message}</p>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A table that scrolls by itself where it is wider than the page, and then by keyboard as well (WCAG 2.1.1). */
export function Table({
  caption,
  head,
  children,
  class: className = '',
}: {
  caption: string;
  head: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const resize = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    resize.observe(element);
    for (const table of element.children) resize.observe(table);
    return () => resize.disconnect();
  }, []);
  return (
    <div
      ref={box}
      class="table-scroll"
      {...(scrolls && { tabIndex: 0, role: 'group', 'aria-label': caption })}
    >
      <table class={className}>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export type Fact = readonly [name: string, value: ComponentChildren];

/** Names with their values. @param wide the names of those that are long */
export function Facts({ facts, wide = [] }: { facts: readonly Fact[]; wide?: readonly string[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name} class={wide.includes(name) ? 'wide' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How much of something is used: a bar with its figures in words beside it. @param used of limit, in any unit */
export function Meter({ used, limit, label }: { used: number; limit: number; label: string }) {
  const ratio = limit === 0 ? 1 : Math.min(1, used / limit);
  const tone = ratio >= 1 ? 'bad' : ratio >= 0.8 ? 'warn' : 'good';
  return (
    <meter class={`meter ${tone}`} min={0} max={1} value={ratio} aria-label={label}>
      {Math.round(ratio * 100)} %
    </meter>
  );
}
