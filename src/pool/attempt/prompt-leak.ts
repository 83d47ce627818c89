import type { Canary } from '../../inspect/index.ts';
import type { Report } from '../../jobs/index.ts';

/** Looks for an attempt's canary in all that the model writes, and raises it once where it finds it. */
export interface LeakGuard {
  /** As the report that it was made with; what is raised follows what it was found in. */
  report: Report;
  /** Looks at the answer as a whole, of which not all is in an event. */
  inspect(answer: unknown): Promise<void>;
}

/** @param onLeak called once, when the canary is found */
export function guardAgainstLeaks(canary: Canary, report: Report, onLeak: () => void): LeakGuard {
  const watch = canary.watch();
  let raised = false;
  const look = async (text: string) => {
    if (raised || !watch.push(text)) return;
    raised = true;
    onLeak();
    await report({ type: 'prompt_leak' });
  };
  return {
    async report(event) {
      await report(event);
      if (event.type === 'text') await look(event.text);
    },
    async inspect(answer) {
      await look(JSON.stringify(answer));
    },
  };
}
