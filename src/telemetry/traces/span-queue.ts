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

export interface SpanQueueOptions {
  /** Sends spans. @throws where they did not get out */
  send(spans: EndedSpan[]): Promise<void>;
  onSent(count: number): void;
  onLost(count: number, reason: LossReason): void;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Absent: as below. */
  limits?: Partial<typeof LIMITS>;
}

/** The bounds of OpenTelemetry's own batch processor, which cannot tell how many spans it has lost. */
const LIMITS = {
  maxWaiting: 2048,
  maxBatch: 512,
  /** How long a span waits for others. */
  delayMs: 500,
  /** Pause after a batch that did not get out: one that is away is not asked with every span. */
  pauseMs: 5_000,
};

/**
 * Sends spans in batches, one at a time. A batch that does not get out is lost, as are spans beyond the bound: memory and
 * requests come first. The log has one line when losing begins and one when it is over.
 */
export function createSpanQueue({ send, onSent, onLost, logger, limits }: SpanQueueOptions): SpanQueue {
  const { maxWaiting, maxBatch, delayMs, pauseMs } = { ...LIMITS, ...limits };
  let waiting: EndedSpan[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  /** Spans of the batch that is being sent. */
  let underWay = 0;
  let isLosing = false;
  let isOpen = true;

  function sendLater(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      sending ??= sendBatch().finally(() => {
        sending = undefined;
      });
    }, ms).unref();
  }

  async function sendBatch(): Promise<void> {
    const batch = waiting.slice(0, maxBatch);
    waiting = waiting.slice(maxBatch);
    underWay = batch.length;
    try {
      await send(batch);
      underWay = 0;
      onSent(batch.length);
      if (isLosing) logger.info({ code: 'traces_unavailable' }, 'spans get out again');
      isLosing = false;
      if (waiting.length > 0) sendLater(waiting.length < maxBatch ? delayMs : 0);
    } catch (error) {
      underWay = 0;
      onLost(batch.length, 'export_failed');
      if (!isLosing) {
        const reason = errorMessage(error);
        logger.warn(
          { code: 'traces_unavailable', reason },
          'spans do not get out, and are lost until they do',
        );
      }
      isLosing = true;
      if (waiting.length > 0) sendLater(pauseMs);
    }
  }

  return {
    record(span) {
      if (waiting.length >= maxWaiting || !isOpen) return onLost(1, 'queue_full');
      waiting.push(span);
      if (sending === undefined) sendLater(isLosing ? pauseMs : waiting.length < maxBatch ? delayMs : 0);
    },
    async close(graceMs) {
      isOpen = false;
      clearTimeout(timer);
      const deadline = AbortSignal.timeout(graceMs);
      const cut = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve()));
      const all = async () => {
        await sending;
        while (waiting.length > 0 && !isLosing && !deadline.aborted) await sendBatch();
      };
      await Promise.race([all(), cut]);
      clearTimeout(timer);
      const left = waiting.length + underWay;
      if (left > 0) onLost(left, 'export_failed');
      waiting = [];
    },
  };
}
