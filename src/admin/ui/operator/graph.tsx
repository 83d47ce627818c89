import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { time } from '../shared/format.ts';
import { THEME_EVENT } from '../shared/theme.ts';
import { graphSummary } from './graph-summary.ts';

export interface GraphLine {
  label: string;
  /** Name of a custom property with its colour. */
  color: string;
  /** Beside the colour, so that lines are told apart without it. */
  dash?: number[];
  filled?: boolean;
  values: readonly (number | null)[];
}

interface GraphProps {
  title: string;
  /** Seconds since the epoch, for each value of the lines. */
  times: readonly number[];
  lines: readonly GraphLine[];
  write(value: number | null | undefined): string;
  /** The top of the scale where all values are lower. */
  least: number;
}

const HEIGHT = 148;
const MIN_SPAN_S = 600;

/** Lines over time, drawn on a canvas; the same figures stand in words before it and as a table behind a button. */
export function Graph({ title, times, lines, write, least }: GraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const latest = useRef({ times, lines });
  latest.current = { times, lines };
  const [isTable, setIsTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new UPlot(
        optionsOf(element.clientWidth, { lines, write, least }, setAt),
        dataOf(latest.current),
        element,
      );
    };
    draw();
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resize.observe(element);
    document.addEventListener(THEME_EVENT, draw);
    return () => {
      document.removeEventListener(THEME_EVENT, draw);
      resize.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(dataOf({ times, lines })), [times, lines]);

  const shown = at ?? times.length - 1;
  return (
    <figure class="graph">
      <figcaption>
        <h3>{title}</h3>
        <ul class="legend">
          {lines.map((line) => (
            <li key={line.label}>
              <svg width="16" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="16"
                  y2="4"
                  stroke={`var(${line.color})`}
                  stroke-width="2"
                  stroke-dasharray={line.dash?.join(' ')}
                />
              </svg>
              {line.label} <b>{write(line.values[shown])}</b>
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="quiet-button"
          aria-pressed={isTable}
          onClick={() => setIsTable(!isTable)}
        >
          Table<span class="visually-hidden"> of {title}</span>
        </button>
      </figcaption>
      <div ref={place} class="plot" role="img" aria-label={graphSummary(title, lines, write)} />
      {isTable && <GraphTable title={title} times={times} lines={lines} write={write} />}
    </figure>
  );
}

const TABLE_ROWS = 12;

function GraphTable({ title, times, lines, write }: Omit<GraphProps, 'least'>) {
  const step = Math.max(1, Math.floor(times.length / TABLE_ROWS));
  const rows = times.map((_, index) => index).filter((index) => (times.length - 1 - index) % step === 0);
  return (
    <table class="graph-table">
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {lines.map(({ label }) => (
            <th scope="col" class="number" key={label}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.reverse().map((index) => {
          const ms = (times[index] ?? 0) * 1_000;
          return (
            <tr key={ms}>
              <th scope="row">{time(new Date(ms).toISOString(), ms)}</th>
              {lines.map(({ label, values }) => (
                <td class="number" key={label}>
                  {write(values[index])}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function dataOf({ times, lines }: Pick<GraphProps, 'times' | 'lines'>): UPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  width: number,
  { lines, write, least }: Pick<GraphProps, 'lines' | 'write' | 'least'>,
  onHover: (index: number | null) => void,
): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis: UPlot.Axis = {
    stroke: color('--ink-3'),
    font: `11px ${style.getPropertyValue('--font')}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      // What has just started is not drawn as if it were an hour.
      x: { range: (_plot, min, max) => [Math.min(min, max - MIN_SPAN_S), max] },
      y: { range: (_plot, _min, max) => [0, Math.max(least, (max ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, values: (_plot, splits) => splits.map(clockOf) },
      {
        ...axis,
        size: 52,
        space: 32,
        values: (_plot, splits) => splits.map((value) => write(value)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color: name, dash, filled }) => ({
        label,
        stroke: color(name),
        width: 1.5,
        points: { show: false },
        ...(dash && { dash }),
        ...(filled && { fill: `${color(name)}1f` }),
      })),
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onHover(idx ?? null)] },
  };
}

function clockOf(seconds: number): string {
  return new Date(seconds * 1_000).toTimeString().slice(0, 5);
}
