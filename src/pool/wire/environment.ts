import type { WorkerPaths } from '../sandbox/sandbox.ts';

/**
 * How often the CLI asks again by itself when the model API fails. Its default of ten takes three minutes;
 * a job has attempts of its own.
 */
const MODEL_RETRIES = 2;

/** The model proxy enforces the deadlines and knows the reason; the CLI's come a little later, as a net. */
const AFTER_PROXY_MS = 5_000;

export interface CliLimits {
  /** How long one model request may take. */
  requestTimeoutMs: number;
  /** How long a model answer may be silent. */
  idleTimeoutMs: number;
}

/** The CLI's whole environment. It holds no secret: the provider's key is in the model proxy only. */
export function cliEnvironment(paths: WorkerPaths, limits: CliLimits): Record<string, string> {
  const idleTimeoutMs = String(limits.idleTimeoutMs + AFTER_PROXY_MS);
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: paths.home,
    CLAUDE_CONFIG_DIR: paths.config,
    TMPDIR: paths.temp,
    CLAUDE_CODE_TMPDIR: paths.temp,
    // Sessions otherwise find each other through sockets in /tmp or the user's runtime folder.
    XDG_RUNTIME_DIR: paths.temp,
    // Every model request goes to this socket. With the default https address the CLI would speak TLS on it.
    ANTHROPIC_UNIX_SOCKET: paths.modelSocket,
    ANTHROPIC_BASE_URL: 'http://localhost',
    ANTHROPIC_API_KEY: 'held-by-the-model-proxy',
    API_TIMEOUT_MS: String(limits.requestTimeoutMs + AFTER_PROXY_MS),
    CLAUDE_ENABLE_STREAM_WATCHDOG: '1',
    CLAUDE_STREAM_IDLE_TIMEOUT_MS: idleTimeoutMs,
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: idleTimeoutMs,
    CLAUDE_CODE_MAX_RETRIES: String(MODEL_RETRIES),
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
    CLAUDE_CODE_DISABLE_BUNDLED_SKILLS: '1',
    // `@/etc/passwd` in a prompt would have the CLI read that file, even without tools.
    CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_TELEMETRY: '1',
    // A worker that runs job after job uses again at once what it would give back to the system, and takes memory for
    // garbage when it needs it: a job takes 6 % less processor time so, and 30 MB more stay with the process.
    BUN_GC_TIMER_DISABLE: '1',
    MIMALLOC_PURGE_DELAY: '-1',
  };
}
