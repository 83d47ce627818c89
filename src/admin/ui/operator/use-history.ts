import { useEffect, useState } from 'preact/hooks';
import type { History, Overview, SeriesName } from '../../contract.ts';
import { type Followed, joined } from './joined-history.ts';
import { useAnswer } from './use-answer.ts';

const MAX_POINTS = 2_000;

/** The last hour of some series, with what comes in put to its end. */
export function useHistory(
  names: readonly SeriesName[],
  overview: Overview | undefined,
): Followed | undefined {
  const { answer } = useAnswer<History>(`/api/history?series=${names.join(',')}`);
  const [since, setSince] = useState<readonly Overview[]>([]);
  useEffect(() => {
    if (overview !== undefined) setSince((before) => [...before, overview].slice(-MAX_POINTS));
  }, [overview]);
  return answer && joined(answer, since);
}
