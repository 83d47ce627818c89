import { z } from 'zod';
import { filePath } from '../units.ts';

export const redisSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^(rediss?|unix):\/\//, 'expected redis://, rediss:// or unix:// followed by the address')
      .refine((url) => URL.canParse(url), { error: 'expected an address such as redis://127.0.0.1:6379/0' })
      .optional()
      .describe('an existing Redis; without it `gatehouse up` starts its own'),
    passwordFile: filePath().optional().describe('file with the Redis password, kept out of the URL'),
    keyPrefix: z
      .string()
      // Braces would change which part of a key Redis Cluster hashes.
      .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'expected letters, digits, dots, colons, dashes and underscores')
      .default('gatehouse')
      .describe('first part of every key in Redis'),
  })
  .prefault({});
