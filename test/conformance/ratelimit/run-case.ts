import { expect } from 'vitest';
import type { RlsRequest, RlsResponse } from '../../support/ratelimit.ts';
import { jsonOf, type Struct } from '../../support/struct.ts';
import { type Answer, type Failure, type Step, UNTIL_RESET, type UnitName } from './case.ts';
import type { RunningService } from './service.ts';
import { UNIT_SECONDS, windowAt } from './window.ts';

/** A machine that takes longer than this for a case in windows of one second is too slow for it. */
const MAX_ATTEMPTS = 20;

/**
 * Sends a case's requests and holds the answers to what it expects. Where a window has ended meanwhile, the case is
 * run again on an empty store: what it counted is then in two windows.
 */
export async function runSteps(
  service: RunningService,
  domain: string,
  steps: readonly Step[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const startS = Date.now() / 1000;
    try {
      for (const [index, { request, answer }] of steps.entries()) {
        const actual = await ask(service, { domain, ...request });
        const expected = 'error' in answer ? answer : service.implementation.answerAs(answer);
        expect(actual, `answer ${index + 1}`).toEqual(expected);
      }
      return;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !windowHasEnded(steps, startS)) throw error;
      await service.redis.empty();
    }
  }
}

/**
 * @returns the answer, its durations held to the clock and left out
 */
export async function ask(service: RunningService, request: RlsRequest): Promise<Answer | Failure> {
  const beforeS = Date.now() / 1000;
  const response = await service.check(request).catch((error: Error & { code?: number }) => {
    if (typeof error.code !== 'number') throw error;
    return { error: true } as const;
  });
  return 'error' in response ? response : answerOf(response, beforeS, Date.now() / 1000);
}

function answerOf(response: RlsResponse, beforeS: number, afterS: number): Answer {
  const untilReset = new Set<number>();
  const statuses = response.statuses.map((status) => {
    const reset = status.durationUntilReset;
    if (reset !== null) {
      const windowS = UNIT_SECONDS[status.currentLimit?.unit as UnitName];
      expect(reset.nanos).toBe(0);
      expect(secondsLeft(windowS, beforeS, afterS), `reset of a ${status.currentLimit?.unit}`).toContain(
        reset.seconds,
      );
      untilReset.add(reset.seconds);
    }
    const { currentLimit: limit } = status;
    return {
      code: status.code as Answer['overallCode'],
      limit: limit && {
        name: limit.name,
        requestsPerUnit: limit.requestsPerUnit,
        unit: limit.unit as UnitName,
        unitMultiplier: limit.unitMultiplier?.value ?? null,
      },
      remaining: status.limitRemaining,
      resets: reset !== null,
    };
  });
  return {
    overallCode: response.overallCode as Answer['overallCode'],
    statuses,
    headers: response.responseHeadersToAdd.map(({ key, value }) => {
      const isReset = /reset$/i.test(key) && untilReset.has(Number(value));
      return `${key}: ${isReset ? UNTIL_RESET : value}`;
    }),
    body: response.rawBody.length === 0 ? null : JSON.parse(response.rawBody.toString()),
    dynamicMetadata: response.dynamicMetadata === null ? null : metadataOf(response.dynamicMetadata),
  };
}

/** Go's text form of a message has one blank between fields in some builds and two in others. */
function metadataOf(metadata: Struct): unknown {
  const text = JSON.stringify(jsonOf(metadata));
  return JSON.parse(text.replaceAll(/(requests_per_unit:\d+) +/g, '$1 '));
}

/** What duration_until_reset may say between two times: the window's seconds less those that have begun. */
function secondsLeft(windowS: number, beforeS: number, afterS: number): number[] {
  const left = [];
  for (let second = Math.floor(beforeS); second <= Math.floor(afterS); second += 1) {
    left.push(windowS - (second % windowS));
  }
  return left;
}

function windowHasEnded(steps: readonly Step[], startS: number): boolean {
  const nowS = Date.now() / 1000;
  return steps.some(
    ({ answer }) =>
      'statuses' in answer &&
      answer.statuses.some(
        ({ limit }) => limit !== null && windowAt(limit.unit, startS) !== windowAt(limit.unit, nowS),
      ),
  );
}
