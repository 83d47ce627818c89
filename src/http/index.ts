export {
  createFetcher,
  FetchError,
  type FetchErrorCode,
  type Fetcher,
  type FetchRequest,
} from './fetch-bytes.ts';
export { type ListenAddress, type ListeningServer, listen } from './listen.ts';
export { type FieldError, type ProblemDetails, replyWithProblem } from './problem-reply.ts';
