/** A request to the HTTP interface. */
export interface HttpCase {
  name: string;
  path: string;
  method?: string;
  body?: string;
  answer: HttpAnswer;
}

export interface HttpAnswer {
  status: number;
  /** The body as JSON, or as text where it is a text; durations read UNTIL_RESET. */
  body?: unknown;
}

/** Stands for the seconds until the window ends, such as `63164s`. */
export const UNTIL_RESET = '{until reset}';

/** Each case has a client of its own, so that it counts from nothing. */
export const HTTP_RULES = `
domain: d
descriptors:
  - {key: client, rate_limit: {name: five, unit: year, requests_per_unit: 5}}
  - {key: zero, rate_limit: {unit: day, requests_per_unit: 0}}
  - {key: open, rate_limit: {unlimited: true}}
`;

const BAD_REQUEST: HttpAnswer = { status: 400, body: 'Bad Request\n' };

function json(name: string, request: unknown, answer: HttpAnswer, rest: Partial<HttpCase> = {}): HttpCase {
  return { name, path: '/json', method: 'POST', body: JSON.stringify(request), answer, ...rest };
}

function client(name: string): { key: string; value: string } {
  return { key: 'client', value: name };
}

function five(limitRemaining: number) {
  return {
    code: 'OK',
    currentLimit: { name: 'five', requestsPerUnit: 5, unit: 'YEAR' },
    limitRemaining,
    durationUntilReset: UNTIL_RESET,
  };
}

const OPEN = { code: 'OK', limitRemaining: 4294967295 };
const ZERO = { code: 'OVER_LIMIT', currentLimit: { unit: 'DAY' }, durationUntilReset: UNTIL_RESET };

export const http: readonly HttpCase[] = [
  json(
    'a request that passes is 200',
    { domain: 'd', descriptors: [{ entries: [client('passes')] }] },
    { status: 200, body: { overallCode: 'OK', statuses: [five(4)] } },
  ),
  json(
    'a request that is refused is 429',
    { domain: 'd', descriptors: [{ entries: [{ key: 'zero', value: '1' }] }] },
    { status: 429, body: { overallCode: 'OVER_LIMIT', statuses: [ZERO] } },
  ),
  json(
    'a request of several descriptors has their statuses in order',
    {
      domain: 'd',
      descriptors: [
        { entries: [client('several')] },
        { entries: [{ key: 'open', value: '1' }] },
        { entries: [{ key: 'unknown', value: '1' }] },
        { entries: [{ key: 'zero', value: '1' }] },
      ],
    },
    { status: 429, body: { overallCode: 'OVER_LIMIT', statuses: [five(4), OPEN, { code: 'OK' }, ZERO] } },
  ),
  json(
    'an entry may have no value',
    { domain: 'd', descriptors: [{ entries: [{ key: 'open' }] }] },
    { status: 200, body: { overallCode: 'OK', statuses: [OPEN] } },
  ),
  json(
    'an unknown domain limits nothing',
    { domain: 'nowhere', descriptors: [{ entries: [client('a')] }] },
    { status: 200, body: { overallCode: 'OK', statuses: [{ code: 'OK' }] } },
  ),
  json(
    'fields may be written as in the .proto files',
    { domain: 'd', descriptors: [{ entries: [client('snake')], hits_addend: 2 }], hits_addend: 4 },
    { status: 200, body: { overallCode: 'OK', statuses: [five(3)] } },
  ),
  json(
    'fields may be written as in JSON',
    { domain: 'd', descriptors: [{ entries: [client('camel')] }], hitsAddend: 4 },
    { status: 200, body: { overallCode: 'OK', statuses: [five(1)] } },
  ),
  json(
    'numbers may be texts, as 64-bit integers are',
    { domain: 'd', descriptors: [{ entries: [client('text')], hitsAddend: '3' }] },
    { status: 200, body: { overallCode: 'OK', statuses: [five(2)] } },
  ),
  json(
    'the request may bring a limit',
    {
      domain: 'd',
      descriptors: [{ entries: [client('own')], limit: { unit: 'DAY', requestsPerUnit: 7 } }],
    },
    {
      status: 200,
      body: {
        overallCode: 'OK',
        statuses: [
          {
            code: 'OK',
            currentLimit: { requestsPerUnit: 7, unit: 'DAY' },
            limitRemaining: 6,
            durationUntilReset: UNTIL_RESET,
          },
        ],
      },
    },
  ),
  json('a request without a domain is 400', { descriptors: [{ entries: [client('a')] }] }, BAD_REQUEST),
  json('a request without descriptors is 400', { domain: 'd' }, BAD_REQUEST),
  json('an unknown field is 400', { domain: 'd', descriptors: [], other: 1 }, BAD_REQUEST),
  json('a field of another type is 400', { domain: 'd', descriptors: 'a' }, BAD_REQUEST),
  json(
    'a negative number of hits is 400',
    { domain: 'd', descriptors: [{ entries: [client('n')] }], hitsAddend: -1 },
    BAD_REQUEST,
  ),
  json(
    'an unknown unit is 400',
    {
      domain: 'd',
      descriptors: [{ entries: [client('a')], limit: { unit: 'FORTNIGHT', requestsPerUnit: 7 } }],
    },
    BAD_REQUEST,
  ),
  {
    name: 'a body that is not JSON is 400',
    path: '/json',
    method: 'POST',
    body: 'domain: d',
    answer: BAD_REQUEST,
  },
  { name: 'no body is 400', path: '/json', method: 'POST', body: '', answer: BAD_REQUEST },
  { name: 'a list is 400', path: '/json', method: 'POST', body: '[]', answer: BAD_REQUEST },
  { name: '/healthcheck is 200 and says OK', path: '/healthcheck', answer: { status: 200, body: 'OK' } },
  { name: 'another path is 404', path: '/nothing', answer: { status: 404 } },
];
