export type { CallArguments, CallOptions, CallRequest, ChangeOptions, Client, EndpointId, EndpointReply, IdempotentCallOptions } from "./call-types.ts";
export type { ClientOptions } from "./connection.ts";
export { createClient, type Keywright } from "./create-client.ts";
export type { ApiKey, AuditEntry, ErrorCode, Invitation, Member, RootKey, Settings, Team, Tenant, Usage, Verdict, Verification } from "./generated/api.ts";
export {
  attempt,
  type ClientErrorCode,
  clientError,
  clientErrors,
  type FieldError,
  KeywrightError,
  type KeywrightErrorFields,
  type Outcome,
} from "./keywright-error.ts";
export type { Page, Paged } from "./paged.ts";
export { readReply } from "./read-reply.ts";
export type { WireReply } from "./transport/transport.ts";
export type { VerifyRequest } from "./verify-batch.ts";
export { verifyWebhook, WebhookError, type WebhookErrorCode, type WebhookEvent, type WebhookRequest, webhookErrors } from "./verify-webhook.ts";
