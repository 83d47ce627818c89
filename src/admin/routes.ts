import { alertsRoute } from './alerts/handler.ts';
import { auditRoute } from './audit/handler.ts';
import { clientRoute } from './clients/detail/handler.ts';
import { clientsRoute } from './clients/list/handler.ts';
import { healthRoute } from './health/handler.ts';
import { historyRoute } from './history/handler.ts';
import { findingsRoute } from './inspection/findings/handler.ts';
import { inspectionRoute } from './inspection/state/handler.ts';
import { tryTextRoute } from './inspection/try/handler.ts';
import { installationRoute } from './installation/handler.ts';
import { cancelJobRoute } from './jobs/cancel/handler.ts';
import { jobsRoute } from './jobs/list/handler.ts';
import { jobLiveRoute } from './jobs/live/handler.ts';
import { jobRoute } from './jobs/show/handler.ts';
import { jobTraceRoute } from './jobs/trace/handler.ts';
import { createKeyRoute } from './keys/create/handler.ts';
import { keysRoute } from './keys/list/handler.ts';
import { revokeKeyRoute } from './keys/revoke/handler.ts';
import { rotateKeyRoute } from './keys/rotate/handler.ts';
import { consumersRoute } from './limits/consumers/handler.ts';
import { explainRoute } from './limits/explain/handler.ts';
import { offendersRoute } from './limits/offenders/handler.ts';
import { overridesRoute } from './limits/overrides/handler.ts';
import { peekRoute } from './limits/peek/handler.ts';
import { refundRoute } from './limits/refund/handler.ts';
import { resetRoute } from './limits/reset/handler.ts';
import { rulesRoute } from './limits/rules/handler.ts';
import { setOverrideRoute } from './limits/set-override/handler.ts';
import { statusRoute } from './limits/status/handler.ts';
import { unsetOverrideRoute } from './limits/unset-override/handler.ts';
import { liveRoute } from './live/handler.ts';
import { logLevelsRoute } from './log-levels/list/handler.ts';
import { setLogLevelRoute } from './log-levels/set/handler.ts';
import { unsetLogLevelRoute } from './log-levels/unset/handler.ts';
import { metricsRoute } from './metrics/handler.ts';
import { openApiRoute } from './openapi/handler.ts';
import { overviewRoute } from './overview/handler.ts';
import { readyRoute } from './ready/handler.ts';
import type { AdminRoute } from './route.ts';
import { beginSessionRoute } from './session/begin/handler.ts';
import { endSessionRoute } from './session/end/handler.ts';
import { whoAmIRoute } from './whoami/handler.ts';

export const ROUTES: readonly AdminRoute[] = [
  healthRoute,
  readyRoute,
  metricsRoute,
  openApiRoute,
  beginSessionRoute,
  endSessionRoute,
  whoAmIRoute,
  overviewRoute,
  historyRoute,
  alertsRoute,
  liveRoute,
  jobsRoute,
  jobRoute,
  jobLiveRoute,
  jobTraceRoute,
  cancelJobRoute,
  clientsRoute,
  clientRoute,
  keysRoute,
  createKeyRoute,
  rotateKeyRoute,
  revokeKeyRoute,
  inspectionRoute,
  findingsRoute,
  tryTextRoute,
  installationRoute,
  auditRoute,
  overridesRoute,
  setOverrideRoute,
  unsetOverrideRoute,
  explainRoute,
  peekRoute,
  resetRoute,
  refundRoute,
  offendersRoute,
  consumersRoute,
  statusRoute,
  rulesRoute,
  logLevelsRoute,
  setLogLevelRoute,
  unsetLogLevelRoute,
];
