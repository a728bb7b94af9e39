export { type AccountCallRow, accountCalls, accountsBase } from "./account-endpoints.ts";
export { alertEndpoints } from "./alert-endpoints.ts";
export {
  type AlertChannel,
  type AlertRuleId,
  type AlertState,
  type AlertSubject,
  type AlertThreshold,
  alertBounds,
  alertChannels,
  alertRule,
  alertRuleIds,
  alertRules,
  alertStates,
} from "./alert-rules.ts";
export { type AuditAction, auditActionIds, auditActions } from "./audit-actions.ts";
export {
  type ChainEntry,
  type ChainHead,
  type ChainLine,
  type Checkpoint,
  canonicalJson,
  checkpointText,
  entryText,
  firstHash,
  type Sha256,
} from "./audit-chain.ts";
export { auditEndpoints } from "./audit-endpoints.ts";
export { embedEndpoints } from "./embed-endpoints.ts";
export type { Endpoint } from "./endpoint.ts";
export type { EndpointBody, EndpointParams, EndpointQuery, EndpointReply, IdempotentEndpointId } from "./endpoint-types.ts";
export { commonErrors, type EndpointId, endpointIds, endpoints, forwardAuth, introspection, metrics } from "./endpoints.ts";
export { type ErrorCode, errorCodes, errors } from "./errors.ts";
export { eventPaths } from "./event-paths.ts";
export { type KeySortName, keySorts } from "./key-sorts.ts";
export { events, StreamEvent, verdictEvents } from "./live-events.ts";
export { type OutboxEventType, outboxEvents, outboxEventTypes } from "./outbox-events.ts";
export { peopleEndpoints } from "./people-endpoints.ts";
export {
  accountPermissions,
  embedPermissions,
  everyPermission,
  type MemberRole,
  memberRoles,
  type Permission,
  type PlatformScope,
  permissionIds,
  permissions,
  platformScopePermissions,
  platformScopes,
  type Role,
  roleKeyReach,
  rolePermissions,
  roles,
} from "./permissions.ts";
export type { Alert, AlertMute, AlertRule } from "./schemas/alert.ts";
export type { ApiKey, CreateApiKey, UpdateApiKey } from "./schemas/key.ts";
export { bounds, type RateLimit } from "./schemas/limits.ts";
export type { Invitation, Member, Team } from "./schemas/people.ts";
export type { Tenant } from "./schemas/platform.ts";
export type { SystemStatus } from "./schemas/system.ts";
export { latencySteps, type ReportResponses, type UsageDimension, usageDimensions } from "./schemas/usage.ts";
export type { Verification, VerifyRequest } from "./schemas/verification.ts";
export type { Delivery, Webhook } from "./schemas/webhook.ts";
export {
  type SecurityEventKind,
  type Severity,
  securityEventKinds,
  securityEvents,
  severities,
} from "./security-events.ts";
export { systemEndpoints } from "./system-endpoints.ts";
export { doorAnswers, type Refusal, refusalErrors, refusals, type Verdict, verdicts } from "./verdict.ts";
export {
  type ChainExpectations,
  type ChainProblem,
  type ChainReport,
  type ChainVerifier,
  type ChainVerifierDeps,
  createChainVerifier,
  type KnownEntry,
} from "./verify-chain.ts";
export { webhookEndpoints } from "./webhook-endpoints.ts";
