/** Endpoints that are told apart for one key in one hour; later ones are counted as `otherEndpoints`. */
const labelsPerKey = 200;
/** Keys whose endpoints are remembered; beyond them those of the key that was first seen longest ago are forgotten. */
const maxKeys = 200_000;
const otherEndpoints = "other";

export interface EndpointLabels {
  /** The label that this endpoint is counted under. */
  label(keyId: string, endpoint: string): string;
  /** Forgets all labels when another hour has begun. */
  setHour(hourMs: number): void;
}

/** Bounds how many lines of usage a key can cause in an hour. */
export const createEndpointLabels = (isCrowded: () => boolean): EndpointLabels => {
  const labels = new Map<string, Set<string>>();
  const time = { hourMs: 0 };
  const add = (keyId: string, endpoint: string): void => {
    const oldest = labels.size >= maxKeys ? labels.keys().next() : undefined;
    if (oldest?.done === false) labels.delete(oldest.value);
    labels.set(keyId, new Set([endpoint]));
  };
  return {
    label: (keyId, endpoint) => {
      const known = labels.get(keyId);
      if (known?.has(endpoint)) return endpoint;
      if (isCrowded() || (known?.size ?? 0) >= labelsPerKey) return otherEndpoints;
      if (known === undefined) add(keyId, endpoint);
      else known.add(endpoint);
      return endpoint;
    },
    setHour: (hourMs) => {
      if (hourMs === time.hourMs) return;
      time.hourMs = hourMs;
      labels.clear();
    },
  } satisfies EndpointLabels;
};
