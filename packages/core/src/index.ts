export {
  type ChainReport,
  type Checkpoint,
  createChainVerifier,
  entryText,
  firstHash,
  latencySteps,
  type Sha256,
  type UsageDimension,
  type Verdict,
} from "@keywright/contract";
export { type AccountSecret, deriveAccountSecrets } from "./account-secrets.ts";
export { type AlertMailDeps, mailAlerts } from "./alerts/alert-mail.ts";
export { createAlertMute, deleteAlertMute, listAlertMutes } from "./alerts/alert-mutes.ts";
export { type AlertRuleChange, listAlertRules, updateAlertRule } from "./alerts/alert-rules.ts";
export { acknowledgeAlert, getAlert, listAlerts } from "./alerts/alerts.ts";
export { type EffectiveRule, firstThreshold } from "./alerts/effective-rule.ts";
export { evaluateAlerts } from "./alerts/evaluate-alerts.ts";
export type { EngineState } from "./alerts/measure-alerts.ts";
export { type AuditDeps, systemActor } from "./audit.ts";
export { auditExport } from "./audit-trail/audit-export.ts";
export { type AuditKey, loadAuditKey } from "./audit-trail/audit-key.ts";
export { chainLines } from "./audit-trail/chain-lines.ts";
export { dropOldEntries } from "./audit-trail/drop-old-entries.ts";
export { type BrokenChain, sealChains } from "./audit-trail/seal-chains.ts";
export { type Authenticated, authenticate, type Credential, CredentialRefused } from "./authenticate.ts";
export { type CacheFigures, cacheRecords } from "./cached-records.ts";
export { type Committed, retellChanges } from "./change.ts";
export {
  type CurrentLedger,
  type CurrentLedgerOptions,
  type LedgerEvent,
  type LedgerHealth,
  openCurrentLedger,
} from "./epoch/current-ledger.ts";
export { tellChange } from "./epoch/tell-change.ts";
export { AppError, type FieldError, invalidField, type PortName, TooManyAttempts, Unavailable } from "./errors.ts";
export { findPepper } from "./find-pepper.ts";
export { type Idempotency, idempotencyWindowMs } from "./idempotency.ts";
export { newId } from "./ids.ts";
export { isInvited } from "./is-invited.ts";
export { createKeyring, type Keyring } from "./keyring.ts";
export { auditLook } from "./keys/audit-look.ts";
export { type CreateKey, type CreateKeyDeps, createKey } from "./keys/create-key.ts";
export type { IssuedKey, KeyDetails } from "./keys/key-details.ts";
export { describeKeyOptions } from "./keys/key-options.ts";
export { getKey, listKeys } from "./keys/list-keys.ts";
export { regenerateKey } from "./keys/regenerate-key.ts";
export { requireVisibleKey } from "./keys/require-visible-key.ts";
export { revokeKey, revokeRootKey } from "./keys/revoke-key.ts";
export { createRootKey, listRootKeys } from "./keys/root-keys.ts";
export type { SecretUses } from "./keys/secret-uses.ts";
export { type Swept, sweepHashes } from "./keys/sweep-hashes.ts";
export { type KeyChange, updateKey } from "./keys/update-key.ts";
export { createLive, type Live, type Watcher } from "./live/live.ts";
export type { ChangeSignal, UseSignal } from "./live/signal.ts";
export { tellStore } from "./live/tell-store.ts";
export { createVerdictWatch, type VerdictSecond, type VerdictWatch } from "./live/watch-verdicts.ts";
export { loadPeppers } from "./load-peppers.ts";
export { createMemoryBroadcast } from "./memory/memory-broadcast.ts";
export { createMemoryLedger } from "./memory/memory-ledger.ts";
export { createMemoryMailer } from "./memory/memory-mailer.ts";
export { createMemorySessions } from "./memory/memory-sessions.ts";
export type { Alert, AlertChoices, AlertMute, AlertSettings, AlertTopic } from "./model/alert.ts";
export type { Actor, AuditEntry, ChainedEntry } from "./model/audit.ts";
export type { EmbedSession } from "./model/embed-session.ts";
export type { ApiKey, KeyActivity, KeySecret, KeyState, Signed } from "./model/key.ts";
export type { BucketLevel, QuotaUse, RateLimit } from "./model/limits.ts";
export type { DecisionFacts, LoggedRequest, SkippedRequests } from "./model/logged-request.ts";
export type { Policy } from "./model/policy.ts";
export type { Digest, RemindedKey, Reminder, ReminderRules } from "./model/reminder.ts";
export { reminderId } from "./model/reminder.ts";
export { Secret } from "./model/secret.ts";
export type { SecurityEvent } from "./model/security-event.ts";
export type { Invitation, Member, Team, TeamPlace, Tenant, Tier } from "./model/tenant.ts";
export type { BudgetState, CountryCount, LastUse, ResponseBatch, ResponseCount, UsageCount, UsageMove } from "./model/usage.ts";
export type { Delivery, OutboxEvent, Webhook } from "./model/webhook.ts";
export { oldestFirst } from "./oldest-first.ts";
export { feedOutbox } from "./outbox/feed-outbox.ts";
export { tellExpiries } from "./outbox/tell-expiries.ts";
export { type AcceptRequest, acceptInvitation } from "./people/accept-invitation.ts";
export { authorizeEmbedded, type EmbeddedRequest, heldBy } from "./people/authorize-embedded.ts";
export { authorizeOutsider, type OutsiderRequest } from "./people/authorize-outsider.ts";
export { authorizePerson, type PersonRequest } from "./people/authorize-person.ts";
export { changeRole } from "./people/change-role.ts";
export { describeMe, type Membership } from "./people/describe-me.ts";
export { createEmbedSession, describeEmbedSession, endEmbedSession, isEmbedToken } from "./people/embed-sessions.ts";
export { type InvitationDeps, invite, listInvitations, resendInvitation, withdrawInvitation } from "./people/invitations.ts";
export { type LinkRequest, linkAccount } from "./people/link-account.ts";
export { type AccountEvent, recordAccountEvent } from "./people/record-account-event.ts";
export { type KeysOfLeaver, removeMember } from "./people/remove-member.ts";
export { changeSettings, getSettings } from "./people/settings.ts";
export { outsideAccountId, settleOutsider } from "./people/settle-outsider.ts";
export type { SignedIn } from "./people/signed-in.ts";
export { addTeamMember, createTeam, deleteTeam, getTeam, listTeamMembers, listTeams, removeTeamMember, renameTeam } from "./people/teams.ts";
export type { Addresses } from "./ports/addresses.ts";
export type { AlertFacts, KeyAge, KeyQuota, KeyRate, NoticedQuestion, NoticedSum, QuotaQuestion, RateQuestion } from "./ports/alert-facts.ts";
export type { AlertCursors, AlertFilter, AlertRuleStore, AlertStore } from "./ports/alert-store.ts";
export type { Announcement, AnnouncementPage, Announcements } from "./ports/announcements.ts";
export type { Attempt, AttemptRule, Attempts } from "./ports/attempts.ts";
export type { AuditChains, ChainEnd, ChainPage, UnsealedChains } from "./ports/audit-chains.ts";
export type { AuditFilter, AuditLog } from "./ports/audit-log.ts";
export { type Broadcast, type BroadcastListener, maxBroadcastLength } from "./ports/broadcast.ts";
export type { Clock } from "./ports/clock.ts";
export type { Countries } from "./ports/countries.ts";
export type { Backlog, ClaimedDelivery, ClaimRequest, DeliveryFilter, DeliveryStore } from "./ports/delivery-store.ts";
export type { EmbedSessionStore } from "./ports/embed-session-store.ts";
export type { EngineCall, OnCall } from "./ports/engine-call.ts";
export type { ConfirmingProcess, Epoch, Epochs } from "./ports/epochs.ts";
export type { FlagContext, FlagName, Flags } from "./ports/flags.ts";
export type { IdempotencyStore, IdempotentAnswer } from "./ports/idempotency-store.ts";
export type { InvitationStore } from "./ports/invitation-store.ts";
export type { KeyRecord, KeyRecords, LoadedRecord, SecretNames, TenantRecord } from "./ports/key-records.ts";
export type { KeyFilter, KeyStore, StoredKey, StoredRecord } from "./ports/key-store.ts";
export type { Cryptography, KeyedHash, Marker } from "./ports/keyed-hash.ts";
export type { BucketView, Known, Ledger, QuotaView, Settled, SpendRequest, SpendResult, Spent } from "./ports/ledger.ts";
export type { Mail, Mailer } from "./ports/mailer.ts";
export type { Origins } from "./ports/origins.ts";
export type { ExpiredKey, Outbox } from "./ports/outbox.ts";
export type { OutsidePerson, OutsideTokens } from "./ports/outside-tokens.ts";
export type { Page, PageRequest } from "./ports/page.ts";
export type { Random } from "./ports/random.ts";
export type { AgingKey, ClaimedDigest, DigestClaim, Gathered, Look, LooksRequest, ReminderStore } from "./ports/reminder-store.ts";
export type { RequestCoverage, RequestFilter, RequestLog, SecretUse, UseQuestion } from "./ports/request-log.ts";
export type { SecretHash } from "./ports/secret-hash.ts";
export type { SecretEntry, SecretStore } from "./ports/secret-store.ts";
export type { KeyOrigin, NewOrigin, SecurityEventFilter, SecurityEventStore } from "./ports/security-event-store.ts";
export type { SessionLook, Sessions } from "./ports/sessions.ts";
export type { SignInProvider, SignInSecrets } from "./ports/sign-in-provider.ts";
export type { Signatures } from "./ports/signatures.ts";
export type { Stopwatch } from "./ports/stopwatch.ts";
export type { Store, Stores } from "./ports/store.ts";
export type { TeamStore } from "./ports/team-store.ts";
export type { MemberStore, TenantFilter, TenantStore } from "./ports/tenant-store.ts";
export type { Admit, Introduction, ToldLedger } from "./ports/told-ledger.ts";
export type { UsageSource } from "./ports/usage-source.ts";
export type {
  AddedResponses,
  GroupPage,
  GroupPlace,
  ResponseSummary,
  RowPage,
  UsageFilter,
  UsageGroup,
  UsageRow,
  UsageStore,
  UsageSummary,
} from "./ports/usage-store.ts";
export type { WebhookAnswer, WebhookMessage, WebhookSender } from "./ports/webhook-sender.ts";
export type { WebhookStore } from "./ports/webhook-store.ts";
export { createProver } from "./prove.ts";
export { createStoredRecords } from "./records.ts";
export { type PreviewedReminder, previewReminders } from "./reminders/preview-reminders.ts";
export { chooseReminders, leaveReminders, wantsReminders, whoLeaves } from "./reminders/reminder-choice.ts";
export { type Reminded, sendReminders } from "./reminders/send-reminders.ts";
export { type AddressForm, createRequestFlush } from "./requests/flush-requests.ts";
export { createRequestRecorder, type DoorInfo, type RequestRecorder, silentRecorder } from "./requests/request-recorder.ts";
export { type ChainPlace, chainEntries, toChainEntry } from "./rules/audit-chain.ts";
export { type ClaimOptions, type Claims, readPerson } from "./rules/claims.ts";
export type { Expiry } from "./rules/expiry.ts";
export { inMarkup } from "./rules/in-markup.ts";
export { hintOf, type KeyFormat, keyEnvironments, maxKeyLength, minBodyLength, mintKey, parseKey, rootEnvironment } from "./rules/key-format.ts";
export {
  type KeyOrder,
  type KeyPlace,
  type KeySort,
  keyPlaceOf,
  keyPlacePatterns,
  neverEndsMs,
  neverUsedMs,
  newestFirst,
  readKeyPlace,
  writeKeyPlace,
} from "./rules/key-order.ts";
export { ownerType } from "./rules/owner.ts";
export { keyText, secretText, tenantText } from "./rules/row-text.ts";
export { traceDecision } from "./rules/trace-decision.ts";
export { isSameSpend, isShareable } from "./same-spend.ts";
export { MoveConflict, type MoveProgress, moveSecrets } from "./secrets/move-secrets.ts";
export { type AddressGuard, type BruteForcePolicy, createAddressGuard } from "./security/address-guard.ts";
export { watchRefusal } from "./security/refused-key.ts";
export { createSecurityWatch, type RefusedKey, type SecurityWatch } from "./security/watch.ts";
export { shareRun } from "./share-run.ts";
export { shareValues } from "./share-values.ts";
export { spendAllInTurn, spendEach, spendEachBehind, spendInTurn } from "./spend-in-turn.ts";
export { createTamperAlarm, type TamperedRow } from "./tampering.ts";
export { createMember, getMember, listMembers } from "./tenants/members.ts";
export { createTenant, getTenant, listTenants, type TenantChange, updateTenant } from "./tenants/tenants.ts";
export { deliverUsage } from "./usage/deliver-usage.ts";
export { exportUsage } from "./usage/export-usage.ts";
export { latencyFigures } from "./usage/latency-figures.ts";
export { type ReportedCount, reportResponses } from "./usage/report-responses.ts";
export { askUsage, summarizeUsage, type UsageGroups, type UsageQuestion, type UsageReport, type UsageRequest } from "./usage/summarize-usage.ts";
export { type Granularity, hoursKeptMs } from "./usage/usage-range.ts";
export { type Door, prepare, recordAtHand, type VerifyCommand, type VerifyDeps, type VerifyOutcome, verify } from "./verify.ts";
export { verifyAll } from "./verify-all.ts";
export { type AtOnce, type Caller, verifyAllAtOnce, verifyEachAtOnce } from "./verify-at-once.ts";
export { tenantOf } from "./visibility.ts";
export { type Courier, createCourier } from "./webhooks/courier.ts";
export { dispatchEvents, listDeliveries, replayDelivery, testWebhook } from "./webhooks/deliveries.ts";
export { tellDisabledWebhooks } from "./webhooks/disabled-mail.ts";
export { createWebhook, deleteWebhook, getWebhook, listWebhooks, rotateWebhookSecret, updateWebhook } from "./webhooks/webhooks.ts";
