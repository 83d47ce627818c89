/** A message that cannot be read. Its text goes to the caller; its code is the gRPC status that the call ends with. */
export class MessageError extends Error {
  readonly code: 'INVALID_ARGUMENT' | 'INTERNAL';

  constructor(code: MessageError['code'], message: string) {
    super(message);
    this.name = 'MessageError';
    this.code = code;
  }
}
