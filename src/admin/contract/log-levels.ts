/** A level of the log that an operator has set for a while. */
export interface LogLevel {
  /** A component, or `all`. */
  component: string;
  level: string;
  setAt: string;
  setBy: string;
  expiresAt: string;
}

/** `GET /api/logs/levels`: those that hold now. */
export interface LogLevels {
  levels: LogLevel[];
}

/** `PUT /api/logs/levels/:component` takes it and answers LogLevel. `DELETE` the same takes it away: 204. */
export interface SetLogLevel {
  level: string;
  /** Seconds for which it holds. */
  forS?: number;
}
