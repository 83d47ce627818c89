import type { JobTrace, Timeline } from '../../contract.ts';
import { duration, plural } from '../shared/format.ts';
import { Table } from '../shared/page-parts.tsx';
import { useNow } from '../shared/use-now.ts';
import { type WaterfallRow, waterfallRows } from './waterfall-rows.ts';

interface WaterfallProps {
  timeline: Timeline;
  /** Undefined until it was asked for. */
  trace: JobTrace | undefined;
  /** ISO 8601 */
  acceptedAt: string;
}

/** What a job did when. The bars only draw what the columns beside them say. */
export function Waterfall({ timeline, trace, acceptedAt }: WaterfallProps) {
  const now = useNow();
  const rows = waterfallRows(timeline, trace?.spans ?? [], acceptedAt, now);
  return (
    <>
      <Table
        caption="Timeline"
        class="waterfall"
        head={
          <>
            <th scope="col">What</th>
            <th scope="col" class="number">
              After
            </th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="bar-column">
              <span class="visually-hidden">Bar</span>
            </th>
          </>
        }
      >
        {rows.map((row) => (
          <tr key={row.key} class={rowClass(row)}>
            <th scope="row">
              {row.label}
              {row.outcome && <span class="quiet"> {row.outcome}</span>}
            </th>
            <td class="number">{duration(row.startMs)}</td>
            <td class="number">
              {row.tookMs === undefined ? '' : duration(row.tookMs)}
              {row.isOpen && ' so far'}
            </td>
            <td class="bar-column" aria-hidden="true">
              <div class="track">
                <div
                  class={`bar ${row.kind}${row.isOpen ? ' open' : ''}`}
                  style={{ left: `${row.from * 100}%`, width: `${(row.to - row.from) * 100}%` }}
                />
              </div>
            </td>
          </tr>
        ))}
      </Table>
      {timeline.omittedMarks > 0 && (
        <p class="quiet">{plural(timeline.omittedMarks, 'more mark')} not shown.</p>
      )}
      {trace !== undefined && trace.omittedSpans > 0 && (
        <p class="quiet">{plural(trace.omittedSpans, 'more span')} of the trace not shown.</p>
      )}
      {trace?.state === 'away' && <p class="quiet">{trace.reason}</p>}
    </>
  );
}

function rowClass({ kind, tookMs }: WaterfallRow): string {
  if (kind === 'work') return 'mark-row work-row';
  return tookMs === undefined ? 'mark-row' : 'span-row';
}
