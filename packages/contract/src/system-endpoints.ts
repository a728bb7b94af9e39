import type { Endpoint } from "./endpoint.ts";
import { SystemStatus } from "./schemas/system.ts";

/** Rows of THE table: how the installation is, for those who run it. */
export const systemEndpoints = {
  "get-system": {
    method: "GET",
    path: "/api/v1/platform/system",
    tag: "System",
    permission: "system:read",
    doc: "How each engine and job is, and what waits to leave; as the process sees it that answers. For monitoring there are `/readyz` and `/metrics`.",
    replies: { 200: SystemStatus },
    errors: [],
  },
} as const satisfies Record<string, Endpoint>;
