import type { MessageCodec } from '../../grpc/index.ts';
import type { CheckRequest } from '../check-request.ts';
import type { CheckResponse } from '../check-response.ts';
import { decodeCheckRequest } from './decode-request.ts';
import { encodeCheckResponse } from './encode-response.ts';

/** How the messages of envoy.service.auth.v3.Authorization/Check are read and written. */
export const CHECK_CODEC: MessageCodec<CheckRequest, CheckResponse> = {
  decode: decodeCheckRequest,
  encode: encodeCheckResponse,
};
