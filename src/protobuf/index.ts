export { KnownTexts } from './known-texts.ts';
export { MessageError } from './message-error.ts';
export { MessageReader } from './reader.ts';
export { bytesTag, doubleTag, fixed32Tag, fixed64Tag, varintTag } from './wire-type.ts';
export { MessageWriter } from './writer.ts';
