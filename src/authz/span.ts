import type { SpanAttributes } from '../telemetry/index.ts';
import type { CheckResponse } from './check-response.ts';

/** What a check's span says of its answer. A denial is no failure of the check. */
export function describeResponse(response: CheckResponse): { attributes: SpanAttributes; error?: string } {
  if (response.kind === 'error') {
    return { attributes: { 'gatehouse.decision': 'error' }, error: String(response.answer.status) };
  }
  const { metadata } = response;
  return {
    attributes: {
      'gatehouse.decision': response.kind === 'ok' ? 'allow' : 'deny',
      'http.response.status_code': response.kind === 'denied' ? response.answer.status : undefined,
      'gatehouse.client': metadata?.client,
      'gatehouse.tenant': metadata?.tenant,
      'gatehouse.tier': metadata?.tier,
    },
  };
}
