import { z } from 'zod';
import { filePath } from '../units.ts';

export const adminSchema = z
  .strictObject({
    tokenFile: filePath()
      .optional()
      .describe('bearer token of the admin API, at least 32 characters; `gatehouse up` makes one'),
  })
  .prefault({});
