/**
 * What a log line says of an error. Its other properties stay out: ioredis, for one, adds the failed command with all
 * its arguments, which hold what callers sent.
 */
export interface LoggedError {
  type: string;
  message: string;
  code?: string | number;
  /** Only where it was, without the message that a stack begins with. */
  stack?: string;
}

const MAX_MESSAGE_CHARACTERS = 500;
const MAX_CODE_CHARACTERS = 64;
const MAX_STACK_CHARACTERS = 4_000;

/** From anything thrown to what may be logged of it. */
export function loggedError(error: unknown): LoggedError {
  const message = errorMessage(error);
  if (!(error instanceof Error)) return { type: typeof error, message };
  const code = codeOf(error);
  const stack = framesOf(error);
  return { type: error.name, message, ...(code !== undefined && { code }), ...(stack !== '' && { stack }) };
}

/** An error's own sentence, short enough for a log line and without what Redis repeats of a command. */
export function errorMessage(error: unknown): string {
  const message =
    error instanceof Error ? error.message || String(codeOf(error) ?? error.name) : String(error);
  // Redis tells the arguments of a command that it does not know.
  return message.replace(/, with args beginning with:.*/s, '').slice(0, MAX_MESSAGE_CHARACTERS);
}

function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code.slice(0, MAX_CODE_CHARACTERS);
  return typeof code === 'number' ? code : undefined;
}

function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  const frames = start === -1 ? stack : stack.slice(start + message.length);
  return frames
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n')
    .slice(0, MAX_STACK_CHARACTERS);
}
