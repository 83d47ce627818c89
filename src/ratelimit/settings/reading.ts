import type { ConfigIssue, PortedSettings } from '../../config/index.ts';
import { parseGoBool, parseGoDurationMs } from './go-values.ts';

/** The environment as it is read, and what is made of it. */
export class Reading {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ported = {
    overrides: [] as PortedSettings['overrides'][number][],
    defaults: [] as PortedSettings['defaults'][number][],
  };
  readonly issues: ConfigIssue[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.env = env;
  }

  /** Set and not empty. Of an empty variable the service takes the default, as of one that is not there. */
  text(name: string): string | undefined {
    return this.env[name] || undefined;
  }

  flag(name: string): boolean | undefined {
    return this.#parsed(name, parseGoBool, 'expected true or false');
  }

  /** In the configuration's spelling. */
  duration(name: string): string | undefined {
    const ms = this.#parsed(name, parseGoDurationMs, 'expected a duration such as 500ms, 10s or 1h30m');
    return ms === undefined ? undefined : `${Math.ceil(ms)}ms`;
  }

  number(name: string): number | undefined {
    const parse = (text: string) => (Number.isFinite(Number(text)) ? Number(text) : undefined);
    return this.#parsed(name, parse, 'expected a number');
  }

  #parsed<Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | undefined {
    const text = this.text(name);
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) this.wrong(name, expected);
    return value;
  }

  wrong(name: string, expected: string): void {
    this.issues.push({
      where: name,
      path: '',
      message: `${expected}, got ${JSON.stringify(this.env[name])}`,
    });
  }

  /** Puts a value over the configuration file's, unless it is undefined. */
  set(name: string, path: string, value: unknown): void {
    if (value !== undefined) this.ported.overrides.push({ where: name, path: path.split('.'), value });
  }

  /** What holds where the configuration file says nothing. */
  setDefault(name: string, path: string, value: unknown): void {
    this.ported.defaults.push({ where: name, path: path.split('.'), value });
  }
}
