/** What a key is restricted to and carries; what is absent does not restrict. */
export interface KeyGrants {
  /** CIDR blocks from which alone it may be used. */
  cidrs?: readonly string[];
  /** Names of the only routes that it is good for. */
  routes?: readonly string[];
  roles?: readonly string[];
  scopes?: readonly string[];
  permissions?: {
    maxTokensPerRequest?: number;
    allowedSkills?: readonly string[];
    allowedModels?: readonly string[];
  };
}

/** What is known of a key; the key itself is not kept. */
export interface ApiKey extends KeyGrants {
  id: string;
  client: string;
  tenant: string;
  tier: string;
  createdAt: string;
  expiresAt?: string;
  expired: boolean;
  /** To the minute. */
  lastUsedAt?: string;
  replacedBy?: string;
  replaces?: string;
}

/** `GET /api/keys`, oldest first. All of keys is 409 `keys_unavailable` where this process has no hash key. */
export interface KeyList {
  keys: ApiKey[];
  /** What a new key can name. */
  tiers: string[];
  routes: string[];
}

/** `POST /api/keys` takes it and answers 201 with NewKey. */
export interface CreateKey extends KeyGrants {
  client: string;
  /** `default` where it is left out. */
  tenant?: string;
  /** `free` where it is left out. */
  tier?: string;
  /** Seconds from now; for ever where it is left out. */
  expiresInS?: number;
}

/** The one time that a key's text is seen. */
export type NewKey = Omit<ApiKey, 'expired' | 'lastUsedAt'> & { key: string };

/** `POST /api/keys/:id/rotate` takes it and answers 201 with RotatedKey; 404 `key_not_found`, 409 `key_not_rotatable`. */
export interface RotateKey {
  /** How long the old key stays good, in seconds; 0 ends it at once. */
  graceS: number;
  /** How long the new key is good for; as long as the old one was given where it is left out. */
  expiresInS?: number;
}

export type RotatedKey = NewKey & { replaces: string; oldExpiresAt: string };

/** `DELETE /api/keys/:id` revokes it: 204; 404 `key_not_found`. */
export type RevokedKey = undefined;
