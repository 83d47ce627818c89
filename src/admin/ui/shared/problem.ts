/** An answer that is no success, or none at all: what to tell a person. */
export class CallProblem extends Error {
  override readonly name = 'CallProblem';
  /** 0 where nothing answered. */
  readonly status: number;
  /** Stable, of problem+json; `unreachable` where nothing answered. */
  readonly code: string;
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** Reads problem+json (RFC 9457); what is none, such as a proxy's page, is told by its status. */
export async function problemOf(answer: Response): Promise<CallProblem> {
  const body: unknown = await answer.json().catch(() => undefined);
  const { code, error, detail } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const sentences = [error, detail].filter((text) => typeof text === 'string');
  const message = sentences.join('. ') || `The server answered ${answer.status}`;
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new CallProblem(
    answer.status,
    typeof code === 'string' ? code : 'unknown',
    message,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

/** fetch, whose failure to reach anybody is a CallProblem as well. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new CallProblem(0, 'unreachable', 'The server does not answer. It may be restarting.');
  }
}

/** What to tell of anything that was thrown by a call. */
export function messageOf(error: unknown): string {
  return error instanceof CallProblem ? error.message : 'Something went wrong in this page. Load it again.';
}
