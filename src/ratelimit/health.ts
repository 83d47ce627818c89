/** What counts for whether traffic may come here. */
export interface HealthOptions {
  requireStore: boolean;
  requireRules: boolean;
  isStoreReady(): boolean;
  /** Whether any domain has rules. */
  hasRules(): boolean;
  /** Called when it changes. */
  onChange(healthy: boolean): void;
}

export interface Health {
  isHealthy(): boolean;
  /** To be called when something may have changed. */
  look(): void;
  /** Unhealthy from now on. */
  close(): void;
}

/** Healthy at the start only where what is required is there. */
export function createHealth(options: HealthOptions): Health {
  let closed = false;
  const isHealthy = () =>
    !closed &&
    (!options.requireStore || options.isStoreReady()) &&
    (!options.requireRules || options.hasRules());
  let told: boolean | undefined;
  const look = () => {
    const healthy = isHealthy();
    if (healthy !== told) options.onChange(healthy);
    told = healthy;
  };
  return {
    isHealthy,
    look,
    close() {
      closed = true;
      look();
    },
  };
}
