/** What a Prefer header asks for (RFC 7240), as far as it is known here. */
export interface Preferences {
  /** Seconds that the caller is ready to wait for the final answer; undefined when it does not say. */
  waitS: number | undefined;
  respondAsync: boolean;
}

/** Longer waits are shortened to this: the gateway in front does not wait for ever either. */
export const MAX_WAIT_S = 60;

/**
 * Reads a Prefer header; several are joined by commas. Preferences that are unknown or malformed are ignored, and
 * of a repeated one the first counts (RFC 7240, section 2).
 */
export function parsePrefer(header: string | undefined): Preferences {
  const preferences: Preferences = { waitS: undefined, respondAsync: false };
  for (const part of (header ?? '').split(',')) {
    const [token = ''] = part.split(';', 1);
    const [name = '', value] = token.split('=', 2).map((word) => word.trim().toLowerCase());
    if (name === 'respond-async' && value === undefined) preferences.respondAsync = true;
    const digits = /^(?:"(\d{1,9})"|(\d{1,9}))$/.exec(value ?? '');
    if (name === 'wait' && digits) {
      preferences.waitS ??= Math.min(Number(digits[1] ?? digits[2]), MAX_WAIT_S);
    }
  }
  return preferences;
}

/** The value of Preference-Applied (RFC 7240, section 3); undefined when nothing was asked for. */
export function preferenceApplied({ waitS, respondAsync }: Preferences): string | undefined {
  const applied = [
    ...(respondAsync ? ['respond-async'] : []),
    ...(waitS === undefined ? [] : [`wait=${waitS}`]),
  ];
  return applied.length === 0 ? undefined : applied.join(', ');
}
