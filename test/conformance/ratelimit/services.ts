import { envoyproxy } from './envoyproxy.ts';
import { gatehouse } from './gatehouse.ts';
import type { Implementation } from './service.ts';

export const IMPLEMENTATIONS: readonly Implementation[] = [gatehouse, envoyproxy];
