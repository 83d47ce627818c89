export { type ListenAddress, type ListeningServer, listen } from './listen.ts';
export { type FieldError, type ProblemDetails, replyWithProblem } from './problem-reply.ts';
