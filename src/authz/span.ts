import type { SpanAttributes } from '../telemetry/index.ts';
import type { CheckResponse } from './check-response.ts';

/** What a check's span says of its answer. A denial is no failure of the check. */
export function describeResponse(response: CheckResponse): { attributes: SpanAttributes; error?: string } {
  if (response.kind === 'error') {
    return { attributes: { 'gatehouse.decision': 'error' }, error: String(response.answer.status) };
  }
  const { client, tenant, tier } = response.metadata ?? {};
  return {
    attributes: {
      'gatehouse.decision': response.kind === 'ok' ? 'allow' : 'deny',
      ...(response.kind === 'denied' && { 'http.response.status_code': response.answer.status }),
      ...{ 'gatehouse.client': client, 'gatehouse.tenant': tenant, 'gatehouse.tier': tier },
    },
  };
}
