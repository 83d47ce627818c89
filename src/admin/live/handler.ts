import { defineRoute } from '../route.ts';

const RETRY_S = 5;

/** What happens, as it happens. */
export const liveRoute = defineRoute({
  method: 'GET',
  path: '/api/live',
  access: 'view',
  operation: {
    id: 'follow',
    summary: 'What happens, as it happens',
    answers: { 200: { text: ['text/event-stream'], events: 'LiveEvents' } },
    problems: ['too_many_listeners'],
  },
  async handle({ visitor }, { collector, feed, jobWatch, entrance }) {
    const { overview } = await collector.latest();
    const newest = { overview, jobs: { changed: jobWatch.newest() } };
    const events = feed.listen(newest, () => entrance.isStillIn(visitor));
    if (events !== undefined) return { events };
    const detail = 'As many pages follow what happens as may. Close some, or wait.';
    return { problem: 'too_many_listeners', detail, retryAfter: RETRY_S };
  },
});
