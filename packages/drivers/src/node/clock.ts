import type { Clock } from "@keywright/core";

/** The system's wall clock. */
export const systemClock = { nowMs: () => Date.now() } satisfies Clock;
