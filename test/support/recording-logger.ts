import { createLogger, createLogLevels, type LogFields, type Logger } from '../../src/telemetry/index.ts';

export type LogLine = LogFields & { level: string; message: string };

export interface RecordingLogger {
  logger: Logger;
  /** What was logged so far, as it would be read back. */
  lines: LogLine[];
}

/** The real logger on every level, with its lines kept. */
export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const write = (line: string) => {
    const { msg, time: _, component: __, role: ___, ...rest } = JSON.parse(line);
    lines.push({ ...rest, message: msg });
  };
  const levels = createLogLevels({ level: 'debug', components: {} });
  return { logger: createLogger({ component: 'serve', role: 'test', levels, output: { write } }), lines };
}
