import type { Overview, SourceName, SourceState } from '../../contract.ts';
import { plural } from '../shared/format.ts';

const NAMES: Record<SourceName, string> = {
  envoy: 'Envoy',
  redis: 'Redis',
  authz: 'authz',
  ratelimit: 'ratelimit',
  api: 'the api',
  worker: 'the workers',
  prometheus: 'Prometheus',
};

/** What of the overview cannot be known while a source is away. */
const FIGURES: Record<SourceName, string> = {
  envoy: 'traffic, errors and times to answer',
  redis: 'queue, jobs, budgets and limits',
  authz: 'counts of prompt inspection',
  ratelimit: 'counts of limits',
  api: 'figures of the api',
  worker: 'workers, tokens and cost',
  prometheus: 'alerts',
};

/** The state of everything in one sentence. */
export function stateSentence({ sources, firing, figures }: Overview): string {
  const down = sources.filter(isDown);
  const parts = down.length === 0 ? 'Every part answers' : `${plural(down.length, 'part')} not answering`;
  const alerts = firing.length === 0 ? 'no alert fires' : `${plural(firing.length, 'alert')} firing`;
  const jobs = figures.runningJobs === null ? '' : `, ${plural(figures.runningJobs, 'job')} running`;
  return `${parts}, ${alerts}${jobs}.`;
}

/** Which figures are missing, and why; empty where none is. */
export function missingSentence({ sources }: Pick<Overview, 'sources'>): string {
  return sources
    .filter(isDown)
    .map(({ source, reason }) => {
      const name = NAMES[source];
      const verb = source === 'worker' ? 'do' : 'does';
      const why = reason === null ? '' : ` (${reason})`;
      return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${verb} not answer${why}. Missing: ${FIGURES[source]}.`;
    })
    .join(' ');
}

function isDown({ state }: SourceState): boolean {
  return state === 'down';
}
