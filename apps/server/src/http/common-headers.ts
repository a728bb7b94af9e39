/** What every reply of a lane says beside its id, as Fastify's replies do: names and values by turns. */
export const commonHeaders: readonly string[] = ["cache-control", "no-store", "x-content-type-options", "nosniff"];
