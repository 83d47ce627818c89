import type { FastifyReply } from 'fastify';
import { sendProblem } from '../problem.ts';
import type { Refusal } from './entrance.ts';
import type { Permission } from './visitor.ts';

/** Answers a request that is not let in. One answer for a missing and a wrong token, so that it tells nothing of either. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  switch (refusal.kind) {
    case 'no_token':
      // RFC 6750, section 3.
      return sendProblem(
        reply.header('www-authenticate', 'Bearer realm="gatehouse-admin"'),
        'invalid_admin_token',
        {
          detail:
            "Sign in, or send 'Authorization: Bearer TOKEN' with a token of admin.tokenFile or admin.tokens.",
        },
      );
    case 'too_many_attempts':
      return sendProblem(reply, 'too_many_attempts', {
        detail: 'Too many wrong tokens came from this address. Wait, then try again.',
        retryAfter: refusal.retryAfterS,
      });
    case 'unknown_host':
      return sendProblem(reply, 'unknown_host', {
        detail: 'Use localhost, the address in listen.admin, or a name in admin.hosts.',
      });
    case 'other_origin':
      return sendProblem(reply, 'other_origin', {
        detail:
          'Only pages that come from here may ask. Behind a proxy put the name of the site into admin.hosts.',
      });
    case 'no_guard_header':
      return sendProblem(reply, 'no_guard_header', {
        detail: 'Send the header x-gatehouse-admin with everything that may change something.',
      });
  }
}

const WANTED: Record<Exclude<Permission, 'view'>, string> = {
  operate: "This takes a token with 'role: operator' in admin.tokens.",
  output: "This takes a token with 'output: true' in admin.tokens.",
};

export function sendNotPermitted(reply: FastifyReply, permission: Exclude<Permission, 'view'>): FastifyReply {
  return sendProblem(reply, 'not_permitted', { detail: WANTED[permission] });
}
