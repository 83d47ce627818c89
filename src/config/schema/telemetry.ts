import { z } from 'zod';

export const telemetrySchema = z
  .strictObject({
    logLevel: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('the least severe lines that the roles write'),
  })
  .prefault({});
