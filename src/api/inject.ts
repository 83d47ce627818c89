import { createHash } from 'node:crypto';
import {
  type Config,
  fillTemplate,
  parseTemplate,
  type Template,
  type TemplateField,
} from '../config/index.ts';
import type { JobRequest, RequestInjection } from '../jobs/index.ts';

/** Which texts are added to a request. */
export interface InjectionFor {
  route: string;
  tier: string;
}

/** Adds the configured texts of a route and a tier to a request, and says what it added. */
export type Inject = (
  request: JobRequest,
  injectionFor: InjectionFor,
) => { request: JobRequest; injected: RequestInjection[] };

/** A text of the configuration, ready to be added, and the note that it was. */
interface Added<T> {
  content: T;
  injection: RequestInjection;
}

/**
 * Reads what the configuration adds to requests. The caller's own text was inspected before, and its digest compared;
 * what comes from the configuration is the operator's word and is not inspected.
 */
export function createInject({ routes, tiers }: Pick<Config, 'routes' | 'tiers'>): Inject {
  const tierPrefixes = prefixes('tier', tiers);
  const routePrefixes = prefixes('route', routes);
  const templates = new Map(
    Object.entries(routes).map(([name, { template = {} }]) => [
      name,
      {
        prompt: templateOf(name, 'prompt', template.prompt),
        system: templateOf(name, 'system', template.system),
      },
    ]),
  );

  return (request, { route, tier }) => {
    const template = templates.get(route);
    // From the general to the particular: the caller's own comes last.
    const before = [tierPrefixes.get(tier), routePrefixes.get(route)].filter((each) => each !== undefined);
    const used = [...before, template?.system, template?.prompt].filter((each) => each !== undefined);
    if (used.length === 0) return { request, injected: [] };
    const values = {
      prompt: request.prompt,
      system: request.system ?? '',
      'context.repository': request.context?.repository ?? '',
      'context.branch': request.context?.branch ?? '',
    };
    const own = template?.system ? fillTemplate(template.system.content, values) : request.system;
    const system = [...before.map(({ content }) => content), ...(own === undefined ? [] : [own])];
    return {
      request: {
        ...request,
        ...(template?.prompt && { prompt: fillTemplate(template.prompt.content, values) }),
        ...(system.length > 0 && { system: system.join('\n\n') }),
      },
      injected: used.map(({ injection }) => injection),
    };
  };
}

function prefixes(
  from: 'route' | 'tier',
  named: Readonly<Record<string, { systemPrefix?: string | undefined }>>,
): ReadonlyMap<string, Added<string>> {
  return new Map(
    Object.entries(named).flatMap(([name, { systemPrefix: content }]) => {
      if (content === undefined) return [];
      const injection = { source: 'systemPrefix', from, name, sha256: sha256(content) } as const;
      return [[name, { content, injection }]];
    }),
  );
}

function templateOf(
  name: string,
  field: TemplateField,
  text: string | undefined,
): Added<Template> | undefined {
  if (text === undefined) return undefined;
  const content = parseTemplate(text, field);
  if (typeof content === 'string') throw new TypeError(`routes.${name}.template.${field}: ${content}`);
  return { content, injection: { source: 'template', from: 'route', name, field, sha256: sha256(text) } };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
