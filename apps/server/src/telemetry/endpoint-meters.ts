import { endpointIds, endpoints, events, forwardAuth, introspection, metrics, verdictEvents } from "@keywright/contract";
import { accountsPath } from "../http/accounts-door.ts";
import { healthPath, readyPath } from "../http/health.ts";
import { createHistogram, type Sample } from "./histogram.ts";

/** What an endpoint answered, and how long that took. */
export interface EndpointMeter {
  /** When a request began, for `done`; 0: this one is not timed. */
  start(): number;
  done(status: number, startedMs: number): void;
  /** For who has measured the time already. */
  took(status: number, ms: number): void;
}

export interface EndpointMeters {
  /** The meter of a name, which must be one of a bounded number: never what a client sent. */
  of(name: string): EndpointMeter;
  requests(): readonly Sample[];
  durations(): readonly Sample[];
}

/** Of so many requests of an endpoint, one is timed where its time is not known anyway: to look at the clock twice costs more than to count. */
const timedOneIn = 32;

export const createEndpointMeters = (): EndpointMeters => {
  const made = new Map<string, Measured>();
  const ofAll = (read: (measured: Measured, endpoint: string) => readonly Sample[]) => [...made].flatMap(([name, measured]) => read(measured, name));
  return {
    of: (name) => {
      const known = made.get(name) ?? createMeter();
      made.set(name, known);
      return known.meter;
    },
    requests: () => ofAll(({ statuses }, endpoint) => requestsOf(statuses, endpoint)),
    durations: () => ofAll(({ histogram }, endpoint) => histogram.samples({ endpoint })),
  } satisfies EndpointMeters;
};

interface Measured {
  readonly meter: EndpointMeter;
  /** How often, by the status's first digit. */
  readonly statuses: Float64Array;
  readonly histogram: ReturnType<typeof createHistogram>;
}

const createMeter = (): Measured => {
  const statuses = new Float64Array(6);
  const histogram = createHistogram();
  const state = { turn: 0 };
  const count = (status: number): void => {
    const index = Math.trunc(status / 100);
    statuses[index] = (statuses[index] ?? 0) + 1;
  };
  const meter: EndpointMeter = {
    start: () => {
      state.turn = (state.turn + 1) % timedOneIn;
      return state.turn === 1 ? performance.now() : 0;
    },
    done: (status, startedMs) => {
      count(status);
      if (startedMs !== 0) histogram.observe(performance.now() - startedMs);
    },
    took: (status, ms) => {
      count(status);
      histogram.observe(ms);
    },
  };
  return { meter, statuses, histogram };
};

const requestsOf = (statuses: Float64Array, endpoint: string): readonly Sample[] =>
  [...statuses].flatMap((value, digit) => (value === 0 ? [] : [{ labels: { endpoint, status: `${digit}xx` }, value }]));

/** Endpoints that are not in the table; beside them, `accounts/…` has those of people's accounts. */
export const otherEndpoints = {
  "forward-auth": forwardAuth.path,
  introspect: introspection.path,
  "watch-changes": events.path,
  "watch-verdicts": verdictEvents.path,
  metrics: metrics.path,
  healthz: healthPath,
  readyz: readyPath,
} as const;

/** Answers of whatever is no endpoint. */
export const unmatched = "unmatched";

const namesByPath = new Map<string, string>([
  ...endpointIds.map((id) => [`${endpoints[id].method} ${endpoints[id].path.replace(/\{(\w+)\}/g, ":$1")}`, id] as const),
  ...Object.entries(otherEndpoints).flatMap(([name, path]) => ["GET", "POST"].map((method) => [`${method} ${path}`, name] as const)),
]);

/** The name of a route by its template, so that there are as many as routes. */
export const endpointName = (method: string, url: string): string => {
  // A gateway asks by any method, of any path of its client's.
  if (url.startsWith(forwardAuth.path)) return "forward-auth";
  const name = namesByPath.get(`${method === "HEAD" ? "GET" : method} ${url}`);
  if (name !== undefined) return name;
  return url.startsWith(`${accountsPath}/`) ? `accounts${url.slice(accountsPath.length)}` : "pages";
};
