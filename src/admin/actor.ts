/** Who changes something through the admin API, for the audit: whoever has the one token. */
export const ADMIN_ACTOR = 'admin-api';
