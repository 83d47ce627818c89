import { z } from 'zod';
import { trueOrFalse } from '../true-or-false.ts';

export const streamQuerySchema = z.strictObject({ cancel_on_disconnect: trueOrFalse().optional() });
