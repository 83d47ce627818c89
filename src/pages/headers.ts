/**
 * What a page may do (Content Security Policy, level 3): load scripts, styles, its font and data from its own origin
 * alone, and be framed by nobody; `data:` images are those in style sheets. Nothing inline, and no script may turn a text
 * into HTML (Trusted Types). Styles that scripts set on an element are no inline styles in this sense.
 */
export const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    ...[
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
    ],
    ...["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
