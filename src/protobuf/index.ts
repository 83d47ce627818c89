export { KnownTexts } from './known-texts.ts';
export { MessageError } from './message-error.ts';
export { MessageReader } from './reader.ts';
export { RecentTexts } from './recent-texts.ts';
export { decodeUtf8 } from './utf8.ts';
export { bytesTag, doubleTag, fixed32Tag, fixed64Tag, varintTag } from './wire-type.ts';
export { MessageWriter } from './writer.ts';
