import { envoyproxy } from './envoyproxy.ts';
import type { Implementation } from './service.ts';

export const IMPLEMENTATIONS: readonly Implementation[] = [envoyproxy];
