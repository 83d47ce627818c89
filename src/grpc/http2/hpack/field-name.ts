/** What a name means to HTTP/2 and to gRPC, where it means anything. */
export const Meaning = {
  /** RFC 9113 8.3.1, and the last of them any other name that begins with a colon. */
  METHOD: 0,
  SCHEME: 1,
  PATH: 2,
  AUTHORITY: 3,
  UNKNOWN_PSEUDO: 4,
  NONE: 5,
  CONTENT_LENGTH: 6,
  TE: 7,
  /** RFC 9113 8.2.2: fields that belong to a connection of HTTP/1.1. */
  CONNECTION_SPECIFIC: 8,
  /** W3C Trace Context, section 3.2. */
  TRACEPARENT: 9,
} as const;

export type Meaning = (typeof Meaning)[keyof typeof Meaning];

/** A name, with what is found out of it once. Entries of the tables share it with the fields that refer to them. */
export interface FieldName {
  readonly text: string;
  readonly meaning: Meaning;
  /** RFC 9113 8.2: whether it is a token in lower case, but for the colon of a pseudo-header. */
  readonly isWellFormed: boolean;
}

const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** What comes with Envoy's calls: its encoder says these again and again, whenever a traceparent has driven them out. */
const ENVOYS = [
  ...['content-type', 'grpc-timeout', 'tracestate', 'x-envoy-expected-rq-timeout-ms', 'x-envoy-internal'],
  ...['x-forwarded-for', 'x-request-id'],
];

const KNOWN: ReadonlyMap<string, FieldName> = new Map(
  Object.entries({
    ':method': Meaning.METHOD,
    ':scheme': Meaning.SCHEME,
    ':path': Meaning.PATH,
    ':authority': Meaning.AUTHORITY,
    'content-length': Meaning.CONTENT_LENGTH,
    te: Meaning.TE,
    connection: Meaning.CONNECTION_SPECIFIC,
    'proxy-connection': Meaning.CONNECTION_SPECIFIC,
    'keep-alive': Meaning.CONNECTION_SPECIFIC,
    'transfer-encoding': Meaning.CONNECTION_SPECIFIC,
    upgrade: Meaning.CONNECTION_SPECIFIC,
    traceparent: Meaning.TRACEPARENT,
    ...Object.fromEntries(ENVOYS.map((text) => [text, Meaning.NONE])),
  }).map(([text, meaning]) => [text, { text, meaning, isWellFormed: true }]),
);

export function fieldName(text: string): FieldName {
  return (
    KNOWN.get(text) ?? {
      text,
      meaning: text.charCodeAt(0) === COLON ? Meaning.UNKNOWN_PSEUDO : Meaning.NONE,
      isWellFormed: NAME.test(text),
    }
  );
}

const COLON = 0x3a;

export function isPseudo(meaning: Meaning): boolean {
  return meaning <= Meaning.UNKNOWN_PSEUDO;
}
