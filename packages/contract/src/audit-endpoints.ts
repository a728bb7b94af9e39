import type { Endpoint } from "./endpoint.ts";
import { AuditCheckpoints, AuditLines, ExportAuditQuery, ListCheckpointsQuery, ListSecurityEventsQuery, SecurityEvent } from "./schemas/audit.ts";
import { page } from "./schemas/platform.ts";

const platform = "/api/v1/platform";

/** Rows of THE table: what an auditor verifies the log by, and what was noticed. */
export const auditEndpoints = {
  "export-audit-log": {
    method: "GET",
    path: `${platform}/audit-log/export`,
    tag: "Audit",
    permission: "audit:read",
    doc: "Export an audit log as JSON lines, oldest first: every entry with its hash, the signed checkpoints, and where the chain ends. Of any length, streamed.",
    query: ExportAuditQuery,
    replies: { 200: AuditLines },
    streams: ["application/x-ndjson"],
    errors: ["NOT_FOUND"],
  },
  "list-audit-checkpoints": {
    method: "GET",
    path: `${platform}/audit-log/checkpoints`,
    tag: "Audit",
    permission: "audit:read",
    doc: "The signed checkpoints of an audit log, oldest first, and the public key that verifies them.",
    query: ListCheckpointsQuery,
    replies: { 200: AuditCheckpoints },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "list-security-events": {
    method: "GET",
    path: `${platform}/security-events`,
    tag: "Security",
    permission: "security:read",
    doc: "What was noticed that may be an attack, newest first: a tenant's own, or for operators everybody's.",
    query: ListSecurityEventsQuery,
    replies: { 200: page(SecurityEvent) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
} as const satisfies Record<string, Endpoint>;
