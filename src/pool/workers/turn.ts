import { openingLine, promptLine, settingsLine, type TurnSettings } from '../wire/input.ts';
import type { Opening } from '../wire/opening.ts';
import type { Worker } from './worker.ts';

/** One turn of a worker. */
export interface Turn {
  /** A process is opened once; one that was opened before was opened in the way that this turn needs. */
  opening: Opening;
  settings: TurnSettings;
  prompt: string;
}

/** The lines that start a turn in a worker, as far as it has not been told before what they say. */
export function turnLines(worker: Pick<Worker, 'opening' | 'settings'>, turn: Turn): string {
  const isOpen = worker.opening !== undefined;
  worker.opening ??= turn.opening;
  const { model, maxOutputTokens } = turn.settings;
  const isSet = worker.settings?.model === model && worker.settings.maxOutputTokens === maxOutputTokens;
  worker.settings = turn.settings;
  return (
    (isOpen ? '' : openingLine(turn.opening)) +
    (isSet ? '' : settingsLine(turn.settings)) +
    promptLine(turn.prompt)
  );
}
