import type { JobRequest } from '../../jobs/index.ts';

/**
 * What the CLI takes in `initialize`, which counts once in a process's life: a second one changes nothing, also after
 * `/clear` (measured with 2.1.330). A process that was opened in one way runs no job that needs another.
 */
export interface Opening {
  /** What the request adds to the CLI's own system prompt. */
  appendSystemPrompt?: string;
  /** What `structured` of the result must meet. */
  jsonSchema?: Record<string, unknown>;
  /** The only skills that the model is shown: without it, those that come with the CLI are as well. */
  skills?: readonly string[];
}

/** Of a job that has neither; workers are opened so in advance. */
export const PLAIN_OPENING: Opening = {};

/** @param prefix what goes before the request's own system prompt */
export function openingOf(request: JobRequest, prefix?: string): Opening {
  const appendSystemPrompt = systemPrompt(request, prefix);
  return {
    ...(appendSystemPrompt === undefined ? {} : { appendSystemPrompt }),
    ...(request.output_schema === undefined ? {} : { jsonSchema: request.output_schema }),
    ...(request.skills === undefined || request.skills.length === 0 ? {} : { skills: request.skills }),
  };
}

export function isSameOpening(a: Opening, b: Opening): boolean {
  return (
    a.appendSystemPrompt === b.appendSystemPrompt &&
    JSON.stringify(a.skills) === JSON.stringify(b.skills) &&
    JSON.stringify(a.jsonSchema) === JSON.stringify(b.jsonSchema)
  );
}

function systemPrompt({ system, context }: JobRequest, prefix: string | undefined): string | undefined {
  const parts = [
    ...(prefix === undefined ? [] : [prefix]),
    ...(system === undefined ? [] : [system]),
    ...(context === undefined || Object.keys(context).length === 0
      ? []
      : [`Context of this request, as its sender gave it:\n${JSON.stringify(context, undefined, 2)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('\n\n');
}
