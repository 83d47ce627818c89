import { SPANS, type Span, type TraceContext, type Tracer } from '../../telemetry/index.ts';
import type { CliMessage } from '../wire/message.ts';

/** A run may claim to use tools without end. */
const MAX_SPANS = 500;
/** The model's words, of which a name that is none could hold more. */
const TOOL_NAME = /^[\w.:-]{1,64}$/;
const TOOL_CALL_ID = /^[\w-]{1,64}$/;

/**
 * Spans of the tools that a run uses, from what the CLI says: each from the message that calls it until the one that has
 * its result. What it is called with and what comes of it is not looked at.
 */
export class ToolSpans {
  readonly #tracer: Tracer;
  readonly #attempt: TraceContext | undefined;
  readonly #running = new Map<string, Span>();
  #made = 0;

  /** @param attempt the parent of those that the run itself uses; a subagent's are parts of the tool that it is */
  constructor(tracer: Tracer, attempt: TraceContext | undefined) {
    this.#tracer = tracer;
    this.#attempt = attempt;
  }

  saw(message: CliMessage): void {
    if (!this.#attempt?.sampled) return;
    if (message.type === 'assistant') {
      for (const { type, name, id } of message.message.content) {
        if (type === 'tool_use' && name !== undefined && id !== undefined)
          this.#begin(name, id, message.parent_tool_use_id ?? undefined);
      }
    } else if (message.type === 'user') {
      for (const { tool_use_id: id, is_error: failed } of message.message.content) {
        if (id !== undefined) this.#end(id, failed ? 'tool_failed' : undefined);
      }
    }
  }

  /** Those that have no result are over with the run. */
  dispose(): void {
    for (const id of this.#running.keys()) this.#end(id, 'not_answered');
  }

  #begin(name: string, id: string, within: string | undefined): void {
    if (this.#made >= MAX_SPANS || !TOOL_CALL_ID.test(id) || this.#running.has(id)) return;
    this.#made += 1;
    const known = TOOL_NAME.test(name) ? name : 'unknown';
    const parent = within === undefined ? undefined : this.#running.get(within)?.context;
    const span = this.#tracer.start(SPANS.tool(known), parent ?? this.#attempt, {
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': known,
        'gen_ai.tool.call.id': id,
      },
    });
    this.#running.set(id, span);
  }

  #end(id: string, error: string | undefined): void {
    this.#running.get(id)?.end({ error });
    this.#running.delete(id);
  }
}
