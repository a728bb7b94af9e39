export type { EndpointBody, EndpointParams, EndpointQuery, EndpointReply, IdempotentEndpointId } from "./endpoint-types.ts";
export { commonErrors, type Endpoint, type EndpointId, endpointIds, endpoints, forwardAuth } from "./endpoints.ts";
export { type ErrorCode, errorCodes, errors } from "./errors.ts";
export { everyPermission, type Permission, type PlatformScope, permissionIds, permissions, platformScopePermissions, platformScopes } from "./permissions.ts";
export type { ApiKey, CreateApiKey, UpdateApiKey } from "./schemas/key.ts";
export { bounds, type RateLimit } from "./schemas/limits.ts";
export type { Member, Tenant } from "./schemas/platform.ts";
export type { Verification, VerifyRequest } from "./schemas/verification.ts";
export { doorAnswers, type Refusal, refusals, type Verdict, verdicts } from "./verdict.ts";
