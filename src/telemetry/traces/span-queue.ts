import type { Logger } from '../log.ts';
import { errorMessage } from '../logged-error.ts';
import type { EndedSpan } from './span.ts';

/** Why spans did not get out. */
export type LossReason = 'queue_full' | 'export_failed';

/** Spans on their way out. Who ends a span never waits for them. */
export interface SpanQueue {
  /** Takes a span, or counts it as lost where as many wait as may. */
  record(span: EndedSpan): void;
  /** Sends what waits, within graceMs. */
  close(graceMs: number): Promise<void>;
}

/** Gathers spans in the form in which the exporter takes them. */
export interface BatchBuilder<Batch> {
  /** @returns whether the batch is full, so that finish() is next */
  add(span: EndedSpan): boolean;
  /** The spans since the last batch, of which there is one at least. */
  finish(): Batch;
}

export interface SpanQueueOptions<Batch> {
  batches: BatchBuilder<Batch>;
  /** Sends a batch. @throws where it did not get out */
  send(batch: Batch): Promise<void>;
  onSent(count: number): void;
  onLost(count: number, reason: LossReason): void;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Absent: as below. */
  limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  /** Full batches that wait. */
  maxWaiting: 4,
  /** How long a span waits for others. */
  delayMs: 1_000,
  /** Pause after a batch that did not get out: one that is away is not asked with every span. */
  pauseMs: 5_000,
};

/** Spans that go out together. */
interface Gathered<Batch> {
  batch: Batch;
  count: number;
}

/**
 * Sends spans in batches, one at a time. A batch that does not get out is lost, as are spans beyond the bound: memory and
 * requests come first. The log has one line when losing begins and one when it is over.
 */
export function createSpanQueue<Batch>(options: SpanQueueOptions<Batch>): SpanQueue {
  const { batches, send, onSent, onLost, logger } = options;
  const { maxWaiting, delayMs, pauseMs } = { ...LIMITS, ...options.limits };
  const waiting: Gathered<Batch>[] = [];
  /** Spans that the builder has. */
  let gathered = 0;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = 0;
  let sending: Promise<void> | undefined;
  /** Spans of the batch that is being sent. */
  let underWay = 0;
  let isLosing = false;
  let isOpen = true;
  /** What is under way is counted as lost, whatever becomes of it. */
  let isOver = false;

  function schedule(): void {
    if (sending !== undefined) return;
    const ms = isLosing ? pauseMs : waiting.length > 0 ? 0 : delayMs;
    if (timer !== undefined && timerMs <= ms) return;
    clearTimeout(timer);
    timerMs = ms;
    timer = setTimeout(() => {
      timer = undefined;
      sending = sendBatch().finally(() => {
        sending = undefined;
        if (isOpen && waiting.length + gathered > 0) schedule();
      });
    }, ms).unref();
  }

  function gather(): Gathered<Batch> {
    const count = gathered;
    gathered = 0;
    return { batch: batches.finish(), count };
  }

  async function sendBatch(): Promise<void> {
    const { batch, count } = waiting.shift() ?? gather();
    underWay = count;
    try {
      await send(batch);
      if (isOver) return;
      underWay = 0;
      onSent(count);
      if (isLosing) logger.info({ code: 'traces_unavailable' }, 'spans get out again');
      isLosing = false;
    } catch (error) {
      if (isOver) return;
      underWay = 0;
      onLost(count, 'export_failed');
      if (!isLosing) {
        const reason = errorMessage(error);
        logger.warn(
          { code: 'traces_unavailable', reason },
          'spans do not get out, and are lost until they do',
        );
      }
      isLosing = true;
    }
  }

  return {
    record(span) {
      if (waiting.length >= maxWaiting || !isOpen) return onLost(1, 'queue_full');
      gathered += 1;
      if (batches.add(span)) waiting.push(gather());
      schedule();
    },
    async close(graceMs) {
      isOpen = false;
      clearTimeout(timer);
      const deadline = AbortSignal.timeout(graceMs);
      const cut = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve()));
      const all = async () => {
        await sending;
        while (waiting.length + gathered > 0 && !isLosing && !deadline.aborted) await sendBatch();
      };
      await Promise.race([all(), cut]);
      isOver = true;
      const left = waiting.reduce((sum, { count }) => sum + count, gathered + underWay);
      if (left > 0) onLost(left, 'export_failed');
      waiting.length = 0;
      gathered = 0;
    },
  };
}
