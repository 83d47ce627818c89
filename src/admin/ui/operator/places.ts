import type { FunctionComponent } from 'preact';
import { matchPath } from './match-path.ts';
import type { PageProps } from './page-props.ts';
import { AuditPage } from './pages/audit.tsx';
import { ClientPage } from './pages/client.tsx';
import { ClientsPage } from './pages/clients.tsx';
import { HealthPage } from './pages/health.tsx';
import { InspectionPage } from './pages/inspection.tsx';
import { JobPage } from './pages/job.tsx';
import { JobsPage } from './pages/jobs.tsx';
import { LimitsPage } from './pages/limits.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { UnknownPage } from './pages/unknown.tsx';

interface Page {
  name: string;
  /** `/jobs/:id`: a segment with a colon is any, and given as a parameter. */
  path: string;
  /** The page of the menu that it belongs to. */
  menu: string;
  inMenu: boolean;
  Page: FunctionComponent<PageProps>;
}

const inMenu = (name: string, path: string, Page: Page['Page']): Page => ({
  ...{ name, path, menu: path, inMenu: true, Page },
});

/** All pages, those of the menu in its order. */
export const PAGES: readonly Page[] = [
  inMenu('Overview', '/', OverviewPage),
  inMenu('Jobs', '/jobs', JobsPage),
  { name: 'Job', path: '/jobs/:id', menu: '/jobs', inMenu: false, Page: JobPage },
  inMenu('Clients and keys', '/clients', ClientsPage),
  { name: 'Client', path: '/clients/:tenant/:client', menu: '/clients', inMenu: false, Page: ClientPage },
  inMenu('Rate limits', '/limits', LimitsPage),
  inMenu('Prompt inspection', '/inspection', InspectionPage),
  inMenu('Health', '/health', HealthPage),
  inMenu('Audit', '/audit', AuditPage),
];

const UNKNOWN: Page = { name: 'Not found', path: '', menu: '', inMenu: false, Page: UnknownPage };

/** The page at a path, with what its parameters are there. */
export function findPage(path: string): { page: Page; params: Record<string, string> } {
  for (const page of PAGES) {
    const params = matchPath(page.path, path);
    if (params !== undefined) return { page, params };
  }
  return { page: UNKNOWN, params: {} };
}
