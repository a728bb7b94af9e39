import Type from "typebox";
import type { Endpoint } from "./endpoint.ts";
import { KeyId } from "./schemas/key.ts";
import { ListRequestsQuery, RequestId, RequestPage, TracedRequest } from "./schemas/request.ts";
import { closed } from "./schemas/text.ts";
import { ExportedUsage, ExportUsageQuery, PlatformUsageQuery, ReportedResponses, ReportResponses, Usage, UsageQuery } from "./schemas/usage.ts";

const platform = "/api/v1/platform";
const exampleId = (prefix: string) => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;

/** The rows of THE table that are about what keys do. */
export const usageEndpoints = {
  "report-responses": {
    method: "POST",
    path: "/api/v1/usage/responses",
    tag: "Verification",
    permission: "verify",
    doc: "Report what the guarded API has answered, by class of status, with latencies: a batch is counted exactly once, by its id.",
    body: ReportResponses,
    replies: { 200: ReportedResponses },
    errors: [],
    example: {
      batch_id: "0b0b6e0e-7a52-4b51-9d40-5d1a2f6f0a11",
      responses: [
        {
          key_id: exampleId("key"),
          endpoint: "POST /v1/emails",
          status: "2xx",
          requests: 6,
          latency_ms: 61,
          latencies: [3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        },
      ],
    },
  },
  "get-key-usage": {
    method: "GET",
    path: `${platform}/api-keys/{key_id}/usage`,
    tag: "Usage",
    permission: "usage:read",
    doc: "A key's requests, refusals by code and last use.",
    params: Type.Object({ key_id: KeyId }, closed),
    query: UsageQuery,
    replies: { 200: Usage },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "get-usage": {
    method: "GET",
    path: `${platform}/usage`,
    tag: "Usage",
    permission: "usage:read",
    doc: "Usage of a tenant, or of the platform, by key, endpoint, code, environment, country and time.",
    query: PlatformUsageQuery,
    replies: { 200: Usage },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "export-usage": {
    method: "GET",
    path: `${platform}/usage/export`,
    tag: "Usage",
    permission: "usage:read",
    doc: "Usage as JSON or CSV, streamed: a row for each bucket and group, oldest first.",
    query: ExportUsageQuery,
    replies: { 200: ExportedUsage },
    streams: ["application/json", "text/csv"],
    errors: ["NOT_FOUND"],
  },
  "list-logged-requests": {
    method: "GET",
    path: `${platform}/requests`,
    tag: "Requests",
    permission: "requests:read",
    doc: "The latest verifications of a tenant, newest first, with filters and a cursor; refusals are kept before successes.",
    query: ListRequestsQuery,
    replies: { 200: RequestPage },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "explain-request": {
    method: "GET",
    path: `${platform}/requests/{request_id}`,
    tag: "Requests",
    permission: "requests:read",
    doc: "Why one verification ended as it did: every check in order, with the figures that it went by.",
    params: Type.Object({ request_id: RequestId }, closed),
    replies: { 200: TracedRequest },
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, Endpoint>;
