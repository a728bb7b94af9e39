export type { Verdict } from "@keywright/contract";
export { type AuditDeps, systemActor } from "./audit.ts";
export { type Authenticated, authenticate, type Credential, CredentialRefused } from "./authenticate.ts";
export { cacheRecords } from "./cached-records.ts";
export { type Committed, retellChanges } from "./change.ts";
export {
  type CurrentLedger,
  type CurrentLedgerOptions,
  type LedgerEvent,
  type LedgerHealth,
  openCurrentLedger,
} from "./epoch/current-ledger.ts";
export { tellChange } from "./epoch/tell-change.ts";
export { AppError, type FieldError, invalidField, type PortName, Unavailable } from "./errors.ts";
export { findPepper } from "./find-pepper.ts";
export { type Idempotency, idempotencyWindowMs } from "./idempotency.ts";
export { newId } from "./ids.ts";
export { createKeyring, type Keyring } from "./keyring.ts";
export { type CreateKey, type CreateKeyDeps, createKey } from "./keys/create-key.ts";
export type { IssuedKey, KeyDetails } from "./keys/key-details.ts";
export { getKey, listKeys } from "./keys/list-keys.ts";
export { regenerateKey } from "./keys/regenerate-key.ts";
export { revokeKey, revokeRootKey } from "./keys/revoke-key.ts";
export { createRootKey, listRootKeys } from "./keys/root-keys.ts";
export { type Swept, sweepHashes } from "./keys/sweep-hashes.ts";
export { type KeyChange, updateKey } from "./keys/update-key.ts";
export { loadPeppers } from "./load-peppers.ts";
export { createMemoryLedger } from "./memory/memory-ledger.ts";
export type { Actor, AuditEntry } from "./model/audit.ts";
export type { ApiKey, KeyActivity, KeySecret, KeyState, Signed } from "./model/key.ts";
export type { BucketLevel, QuotaUse, RateLimit } from "./model/limits.ts";
export type { Policy } from "./model/policy.ts";
export { Secret } from "./model/secret.ts";
export type { Member, Tenant, Tier } from "./model/tenant.ts";
export type { BudgetState, LastUse, UsageCount, UsageMove } from "./model/usage.ts";
export type { Addresses } from "./ports/addresses.ts";
export type { Announcement, AnnouncementPage, Announcements } from "./ports/announcements.ts";
export type { AuditFilter, AuditLog } from "./ports/audit-log.ts";
export type { Clock } from "./ports/clock.ts";
export type { ConfirmingProcess, Epoch, Epochs } from "./ports/epochs.ts";
export type { IdempotencyStore, IdempotentAnswer } from "./ports/idempotency-store.ts";
export type { KeyRecord, KeyRecords } from "./ports/key-records.ts";
export type { KeyFilter, KeyStore, StoredKey, StoredRecord } from "./ports/key-store.ts";
export type { Cryptography, KeyedHash } from "./ports/keyed-hash.ts";
export type { BucketView, Known, Ledger, QuotaView, SpendRequest, SpendResult, Spent } from "./ports/ledger.ts";
export type { Page, PageRequest } from "./ports/page.ts";
export type { Random } from "./ports/random.ts";
export type { SecretHash } from "./ports/secret-hash.ts";
export type { SecretEntry, SecretStore } from "./ports/secret-store.ts";
export type { Stopwatch } from "./ports/stopwatch.ts";
export type { Store, Stores } from "./ports/store.ts";
export type { MemberStore, TenantFilter, TenantStore } from "./ports/tenant-store.ts";
export type { Admit, Introduction, ToldLedger } from "./ports/told-ledger.ts";
export type { UsageSource } from "./ports/usage-source.ts";
export type { UsageFilter, UsageStore, UsageSummary } from "./ports/usage-store.ts";
export { createProver } from "./prove.ts";
export { createStoredRecords } from "./records.ts";
export type { Expiry } from "./rules/expiry.ts";
export { type KeyFormat, keyEnvironments, maxKeyLength, minBodyLength, mintKey, parseKey, rootEnvironment } from "./rules/key-format.ts";
export { keyText, secretText, tenantText } from "./rules/row-text.ts";
export { MoveConflict, type MoveProgress, moveSecrets } from "./secrets/move-secrets.ts";
export { shareRun } from "./share-run.ts";
export { createTamperAlarm, type TamperedRow } from "./tampering.ts";
export { createMember, listMembers } from "./tenants/members.ts";
export { createTenant, getTenant, listTenants, type TenantChange, updateTenant } from "./tenants/tenants.ts";
export { deliverUsage } from "./usage/deliver-usage.ts";
export { type Granularity, summarizeUsage, type UsageReport } from "./usage/summarize-usage.ts";
export { type Door, prepare, type VerifyCommand, type VerifyDeps, type VerifyOutcome, verify } from "./verify.ts";
