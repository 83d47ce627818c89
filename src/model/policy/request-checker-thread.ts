import { workerData } from 'node:worker_threads';
import { type Checked, checkRequest, type RequestPolicy } from './check-request.ts';
import type { CheckingTask } from './request-checker.ts';

const policy = workerData as RequestPolicy;

/** Piscina calls it for each task. */
export default function check({ bytes, route, requester }: CheckingTask): Checked {
  return checkRequest(bytes, route, requester, policy);
}
