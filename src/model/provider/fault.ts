import { STATUS_CODES } from 'node:http';
import type { Dispatcher } from 'undici';

/** What counts against a provider. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The network failed, as `cause` says. */
export class NetworkFault extends Fault {}

/** No answer began in time. */
export class FirstByteTimeout extends Fault {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super('no answer began in time');
    this.timeoutMs = timeoutMs;
  }
}

/** An answer that says no, for no fault of the request's. */
export class FaultyAnswer extends Fault {
  readonly response: Dispatcher.ResponseData;

  constructor(response: Dispatcher.ResponseData) {
    super(STATUS_CODES[response.statusCode]);
    this.response = response;
  }
}

/** The provider was not asked, because it fails too often or has asked for a pause. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

/** The provider was not asked, because no place to ask from came free. */
export class QueueRefusal extends Error {
  override readonly name = 'QueueRefusal';
}
