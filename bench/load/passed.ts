import { bytesTag, MessageReader, varintTag } from '../../src/protobuf/index.ts';

/** Of RateLimitResponse overall_code, of CheckResponse ok_response. */
const OVERALL_CODE = varintTag(1);
const OK = 1;
const OK_RESPONSE = bytesTag(3);

/** A CheckResponse that lets pass has an ok_response, wherever; a RateLimitResponse has the code OK. */
export function isPassed(answer: Buffer | undefined): boolean {
  if (answer === undefined) return false;
  const reader = new MessageReader(answer);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === OVERALL_CODE) return reader.uint32() === OK;
    if (tag === OK_RESPONSE) return true;
    reader.skip(tag);
  }
  return false;
}
