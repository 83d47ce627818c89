import type { Route } from '../../config/index.ts';
import type { Principal } from '../credentials/principal.ts';
import type { Denial, DenialReason } from '../denial.ts';
import type { RouteMatch } from './table.ts';

/** Whether a caller may take a route. */
export type Access =
  /** shadowed: what would have refused it, on a route in shadow mode. */
  { kind: 'granted'; route: Route; shadowed?: Denial } | { kind: 'refused'; denial: Denial };

/** Holds a caller to what its route asks for, and a credential to the routes that it is good for. Pure. */
export function checkAccess(match: RouteMatch, principal: Principal): Access {
  switch (match.kind) {
    case 'unclear_path':
      return refused({
        code: 'invalid_request',
        reason: 'unclear_path',
        detail: `The path ${match.problem}. Send it in its plain form.`,
      });
    case 'none':
      return refused(notAllowed('no_route', 'No route is open at this path.'));
    case 'other_method': {
      const allow = match.allowed.join(', ');
      return refused({
        code: 'method_not_allowed',
        reason: 'method_not_allowed',
        detail: `Use ${allow} here.`,
        headers: { allow },
      });
    }
    case 'route':
      return checkRoute(match.route, principal);
  }
}

function checkRoute(route: Route, principal: Principal): Access {
  // The method that lets them in asks the route as well; this is the second lock on the same door.
  if (principal.authMethod === 'anonymous' && !route.anonymous) {
    return refused({
      code: 'invalid_api_key',
      reason: 'missing',
      detail: 'Send a credential: this route is not open to anonymous callers.',
    });
  }
  if (principal.routes !== undefined && !principal.routes.includes(route.name)) {
    return refused(notAllowed('route_not_in_credential', 'Your credential is good for other routes only.'));
  }
  const denial = unmetDemand(route, principal);
  if (denial === undefined) return { kind: 'granted', route };
  return route.shadow ? { kind: 'granted', route, shadowed: denial } : refused(denial);
}

/** What the route asks for and the caller lacks. Only what is policy: in shadow mode it does not count. */
function unmetDemand({ tiers, roles, scopes }: Route, principal: Principal): Denial | undefined {
  if (tiers !== undefined && !tiers.has(principal.tier)) {
    return policy(notAllowed('tier_not_allowed', `This route is for the tiers ${[...tiers].join(', ')}.`));
  }
  if (roles.length > 0 && !roles.some((role) => principal.roles.includes(role))) {
    return policy(
      notAllowed('role_missing', `This route is for callers with the role ${roles.join(' or ')}.`),
    );
  }
  if (scopes.length > 0 && !scopes.every((scope) => principal.scopes.includes(scope))) {
    return policy({
      code: 'insufficient_scope',
      reason: 'scope_missing',
      detail: `This route is for callers with the scopes ${scopes.join(' ')}.`,
      scopes,
    });
  }
  return undefined;
}

function policy(denial: Denial): Denial {
  return { ...denial, policy: 'routes' };
}

function notAllowed(reason: DenialReason, detail: string): Denial {
  return { code: 'route_not_allowed', reason, detail };
}

function refused(denial: Denial): Access {
  return { kind: 'refused', denial };
}
