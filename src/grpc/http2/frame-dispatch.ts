import type { Budgets } from './budget.ts';
import type { ConnectionFrames } from './connection-frames.ts';
import type { ConnectionLife } from './connection-life.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag, FrameType } from './frame.ts';
import type { FrameSink } from './frame-reader.ts';
import { expectLength } from './payload.ts';
import type { Requests } from './requests.ts';

export interface FrameDispatchOptions {
  life: ConnectionLife;
  budgets: Budgets;
  connection: ConnectionFrames;
  requests: Requests;
}

/** Which frame may come when, and who takes it (RFC 9113 6). */
export class FrameDispatch implements FrameSink {
  readonly #life: ConnectionLife;
  readonly #budgets: Budgets;
  readonly #connection: ConnectionFrames;
  readonly #requests: Requests;
  #framesRead = 0;

  constructor({ life, budgets, connection, requests }: FrameDispatchOptions) {
    this.#life = life;
    this.#budgets = budgets;
    this.#connection = connection;
    this.#requests = requests;
  }

  /** Goes up with each frame and header block that is whole. */
  get framesRead(): number {
    return this.#framesRead;
  }

  /** Of FrameSink. @throws ConnectionError where the peer breaks the protocol, or asks for too much */
  frame(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    if (!this.#life.isOpen) return;
    const requests = this.#requests;
    const connection = this.#connection;
    if (requests.isWithinHeaders && type !== FrameType.CONTINUATION) {
      // 4.3, 6.10: a header block is one piece.
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a header block is interrupted');
    }
    if (!connection.hasSettings && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) {
      // 3.4
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'the first frame is not SETTINGS');
    }
    switch (type) {
      case FrameType.DATA:
        requests.data(flags, streamId, bytes, start, end);
        break;
      case FrameType.HEADERS:
        requests.headers(flags, streamId, bytes, start, end);
        break;
      case FrameType.PRIORITY:
        this.#budgets.spendIdle();
        requests.priority(streamId, bytes, start, end);
        break;
      case FrameType.RST_STREAM:
        expectLength(4, start, end);
        requests.rstStream(streamId);
        break;
      case FrameType.SETTINGS:
        connection.settings(flags, streamId, bytes, start, end);
        break;
      case FrameType.PUSH_PROMISE:
        // 8.4: only servers push.
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'PUSH_PROMISE of a client');
      case FrameType.PING:
        connection.ping(flags, streamId, bytes, start, end);
        break;
      case FrameType.GOAWAY:
        connection.goAway(streamId, start, end);
        break;
      case FrameType.WINDOW_UPDATE:
        this.#budgets.spendIdle();
        expectLength(4, start, end);
        if (streamId === 0) connection.windowUpdate(bytes, start);
        else requests.windowUpdate(streamId, bytes, start);
        break;
      case FrameType.CONTINUATION:
        requests.continuation(flags, streamId, bytes, start, end);
        break;
      default:
        // 4.1, 5.5: what is not known is ignored.
        this.#budgets.spendIdle();
    }
    if (!requests.isWithinHeaders) this.#framesRead += 1;
  }
}
