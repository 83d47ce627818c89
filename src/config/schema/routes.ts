import { z } from 'zod';
import { parsePathPattern } from '../../url-path/index.ts';
import { routeProblems } from '../routes.ts';
import { addedTemplate, addedText } from './added-text.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** RFC 6749, section 3.3: these go into a header without quoting. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

const pathPattern = z.string().refine((text) => typeof parsePathPattern(text) === 'object', {
  error: ({ input }) => `expected ${parsePathPattern(input as string)}`,
  abort: true,
});

const routeSchema = z.strictObject({
  paths: z
    .array(pathPattern)
    .min(1)
    .max(100)
    .optional()
    .describe(
      'paths such as `/reports/*/pages/**`: `*` is one segment, `**` any rest. The narrowest path wins',
    ),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .optional()
    .describe('the methods that the route takes; without it all. GET takes HEAD along'),
  kind: z
    .enum(['submit', 'read'])
    .optional()
    .describe(
      'submit: the body is a JSON object with a prompt, is held to the permissions and inspected; read (the default): the body is not looked at',
    ),
  roles: z.array(z.string().min(1).max(128)).default([]).describe('the caller needs one of these'),
  scopes: z
    .array(z.string().regex(SCOPE, 'expected a scope without spaces and quotes'))
    .default([])
    .describe('the caller needs all of these'),
  tiers: z.array(z.string()).min(1).optional().describe('the tiers that may call; without it all'),
  anonymous: z.boolean().default(false).describe('whether callers without a credential may call'),
  systemPrefix: addedText()
    .optional()
    .describe('goes before the `system` of each request that the route submits'),
  template: z
    .strictObject({
      prompt: addedTemplate('prompt')
        .optional()
        .describe(
          'what the prompt is put into, at `{{prompt}}`; `{{context.repository}}` and `{{context.branch}}` are there too',
        ),
      system: addedTemplate('system')
        .optional()
        .describe('the same for `system`, at `{{system}}`, which is empty where the request has none'),
    })
    .optional()
    .describe('texts that those of each request are put into'),
  shadow: z
    .boolean()
    .default(false)
    .describe('log and count what roles, scopes and tiers would have refused, and let it pass'),
});

export const routesSchema = z
  .record(
    z
      .string()
      .regex(
        /^(?!none$)[a-z][a-z0-9-]{0,63}$/,
        'expected lower-case letters, digits and dashes, other than none',
      ),
    routeSchema,
  )
  .superRefine((routes, context) => {
    for (const { path, message } of routeProblems(routes))
      context.addIssue({ code: 'custom', path, message });
  })
  .default({})
  .describe(
    'who may call what, by route name; `submit` (POST /claude/invoke and /claude/stream) and `read` (the rest of /claude/) are always there. What no route takes is refused',
  );
