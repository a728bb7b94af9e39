import type { Courier } from "@keywright/core";
import type { OperatorReach } from "../operator-reach.ts";
import type { Wired } from "../wire/wire.ts";
import { deliverUsageJob } from "./deliver-usage.ts";
import { deliverWebhooksJob, pruneDeliveriesJob, tellDisabledWebhooksJob, tellExpiriesJob } from "./deliver-webhooks.ts";
import { type AlertSettings, alertJobs } from "./evaluate-alerts.ts";
import { flushRequestsJob } from "./flush-requests.ts";
import { flushSecurityEventsJob, pruneSecurityEventsJob } from "./flush-security-events.ts";
import { keepUsageJob } from "./keep-usage.ts";
import { maintainStoreJob } from "./maintain-store.ts";
import { pruneAccountsJob } from "./prune-accounts.ts";
import { pruneAnnouncementsJob } from "./prune-announcements.ts";
import { pruneEmbedSessionsJob } from "./prune-embed-sessions.ts";
import { pruneIdempotencyJob } from "./prune-idempotency.ts";
import { retellChangesJob } from "./retell-changes.ts";
import type { Job } from "./run-jobs.ts";
import { dropOldEntriesJob, sealAuditChainsJob } from "./seal-audit-chains.ts";
import { pruneDigestsJob, sendRemindersJob } from "./send-reminders.ts";
import { sweepHashesJob } from "./sweep-hashes.ts";
import { tellWatchersJob } from "./tell-watchers.ts";

interface JobSettings extends AlertSettings, OperatorReach {}

/** Usage and what was seen of requests is each process's own; the rest is done by one process at a time. */
export const jobsOf = (wired: Wired, courier: Courier, settings: JobSettings): readonly Job[] => {
  const { engine, turns } = wired;
  const shared = [
    retellChangesJob(engine),
    pruneIdempotencyJob(engine),
    pruneAnnouncementsJob(engine),
    pruneEmbedSessionsJob(engine),
    sweepHashesJob(engine),
    keepUsageJob(engine),
    maintainStoreJob(wired),
    pruneAccountsJob(wired),
    sealAuditChainsJob(engine),
    dropOldEntriesJob(engine),
    pruneSecurityEventsJob(engine),
    tellExpiriesJob(engine),
    tellDisabledWebhooksJob(engine, settings),
    pruneDeliveriesJob(engine),
    sendRemindersJob(engine, settings.onGivenUp),
    pruneDigestsJob(engine),
  ];
  const own = [deliverUsageJob(engine), deliverWebhooksJob(engine, courier), flushRequestsJob(engine), tellWatchersJob(wired), flushSecurityEventsJob(engine)];
  return [...own, ...shared.map((job) => ({ ...job, run: () => turns.unlessTaken(job.name, job.run) })), ...alertJobs(wired, settings)];
};
