import { z } from 'zod';
import { inconsistencies } from './consistency.ts';
import { adminSchema } from './schema/admin.ts';
import { budgetsSchema } from './schema/budgets.ts';
import { envoySchema } from './schema/envoy.ts';
import { grpcSchema } from './schema/grpc.ts';
import { identitySchema } from './schema/identity.ts';
import { inspectionSchema } from './schema/inspection.ts';
import { jobsSchema } from './schema/jobs.ts';
import { listenSchema } from './schema/listen.ts';
import { modelSchema } from './schema/model.ts';
import { permissionsSchema } from './schema/permissions.ts';
import { poolSchema } from './schema/pool.ts';
import { ratelimitSchema } from './schema/ratelimit.ts';
import { redisSchema } from './schema/redis.ts';
import { routesSchema } from './schema/routes.ts';
import { serveSchema } from './schema/serve.ts';
import { skillsSchema } from './schema/skills.ts';
import { telemetrySchema } from './schema/telemetry.ts';
import { tiersSchema } from './schema/tiers.ts';
import { workspacesSchema } from './schema/workspaces.ts';

/**
 * The shape of gatehouse.yaml, one file of schema/ for each section. After parsing a duration is {ms}, a size is
 * {bytes}, an address is {host, port}. Every key has a default, so an empty file is a valid configuration. Unknown
 * keys are errors.
 */
export const configSchema = z
  .strictObject({
    listen: listenSchema,
    grpc: grpcSchema,
    redis: redisSchema,
    envoy: envoySchema,
    identity: identitySchema,
    permissions: permissionsSchema,
    routes: routesSchema,
    inspection: inspectionSchema,
    ratelimit: ratelimitSchema,
    tiers: tiersSchema,
    jobs: jobsSchema,
    pool: poolSchema,
    workspaces: workspacesSchema,
    skills: skillsSchema,
    model: modelSchema,
    serve: serveSchema,
    budgets: budgetsSchema,
    telemetry: telemetrySchema,
    admin: adminSchema,
  })
  .superRefine((settings, context) => {
    for (const { path, message } of inconsistencies(settings))
      context.addIssue({ code: 'custom', path, message });
  });

/** What the file, the environment and --set say, with defaults filled in. */
export type Settings = z.infer<typeof configSchema>;
export type HostPort = { host: string; port: number };
