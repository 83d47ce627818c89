import { z } from 'zod';
import { trueOrFalse } from '../true-or-false.ts';

export const cancelQuerySchema = z.strictObject({ purge: trueOrFalse().optional() });
