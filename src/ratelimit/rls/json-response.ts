import type { DescriptorStatus, RateLimitResponse } from './message.ts';

/** A RateLimitResponse as Go's protojson writes it: names in camel case, what has its default left out. */
export function jsonResponse(response: RateLimitResponse): object {
  const { overall_code, statuses, response_headers_to_add: headers, raw_body, dynamic_metadata } = response;
  return {
    overallCode: overall_code,
    ...(statuses.length > 0 && { statuses: statuses.map(jsonStatus) }),
    ...(headers && headers.length > 0 && { responseHeadersToAdd: headers }),
    ...(raw_body && raw_body.length > 0 && { rawBody: raw_body.toString('base64') }),
    ...(dynamic_metadata && { dynamicMetadata: dynamic_metadata }),
  };
}

function jsonStatus(status: DescriptorStatus): object {
  const { code, current_limit: limit, limit_remaining: remaining, duration_until_reset: reset } = status;
  return {
    code,
    ...(limit && {
      currentLimit: {
        ...(limit.requests_per_unit > 0 && { requestsPerUnit: limit.requests_per_unit }),
        unit: limit.unit,
        ...(limit.name !== '' && { name: limit.name }),
        ...(limit.unit_multiplier && { unitMultiplier: limit.unit_multiplier.value }),
      },
    }),
    ...(remaining !== undefined && remaining > 0 && { limitRemaining: remaining }),
    ...(reset && { durationUntilReset: `${reset.seconds}s` }),
  };
}
