import type { Store, Stores } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { withStores } from "./stores.ts";
import { inTransaction } from "./transaction.ts";

type Run = Store["transaction"];

/**
 * The store behind the wall of one tenant (`migrations/0005-walls.ts`). The wall stands from a transaction's first statement to its end, and
 * so every call is a transaction: nothing of it is left on a connection that others use next, nor behind a pooler that hands them out.
 */
export const createTenantBoundStore = (db: Kysely<Tables>, tenantId: string): Store => {
  if (tenantId === "") throw new Error("A tenant has an id.");
  const transaction: Store["transaction"] = (work) =>
    inTransaction(db, async (within) => {
      await sql`select enter_tenant(${tenantId})`.execute(within);
      return withStores(within, work);
    });
  const store: Store = {
    ...callByCall(transaction),
    transaction,
    forTenant: (other) => {
      if (other !== tenantId) throw new Error("A store that is bound to a tenant serves no other.");
      return store;
    },
  };
  return store;
};

/** The stores, each call by itself in a transaction. */
const callByCall = (run: Run): Stores => ({
  ...peopleCallByCall(run),
  ...happeningsCallByCall(run),
  ...webhooksCallByCall(run),
  ...alertsCallByCall(run),
  reminders: remindersCallByCall(run),
  keys: {
    insert: (...given) => run(({ keys }) => keys.insert(...given)),
    insertSecret: (...given) => run(({ keys }) => keys.insertSecret(...given)),
    update: (...given) => run(({ keys }) => keys.update(...given)),
    updateSecret: (...given) => run(({ keys }) => keys.updateSecret(...given)),
    lock: (...given) => run(({ keys }) => keys.lock(...given)),
    find: (...given) => run(({ keys }) => keys.find(...given)),
    findByDigest: (...given) => run(({ keys }) => keys.findByDigest(...given)),
    list: (...given) => run(({ keys }) => keys.list(...given)),
    countAlive: (...given) => run(({ keys }) => keys.countAlive(...given)),
    listAlive: (...given) => run(({ keys }) => keys.listAlive(...given)),
  },
  announcements: {
    add: (...given) => run(({ announcements }) => announcements.add(...given)),
    since: (...given) => run(({ announcements }) => announcements.since(...given)),
    unsettled: (...given) => run(({ announcements }) => announcements.unsettled(...given)),
    settle: (...given) => run(({ announcements }) => announcements.settle(...given)),
    prune: (...given) => run(({ announcements }) => announcements.prune(...given)),
  },
  usage: {
    apply: (...given) => run(({ usage }) => usage.apply(...given)),
    addResponses: (...given) => run(({ usage }) => usage.addResponses(...given)),
    addCountries: (...given) => run(({ usage }) => usage.addCountries(...given)),
    summarize: (...given) => run(({ usage }) => usage.summarize(...given)),
    groups: (...given) => run(({ usage }) => usage.groups(...given)),
    rows: (...given) => run(({ usage }) => usage.rows(...given)),
    keep: (...given) => run(({ usage }) => usage.keep(...given)),
  },
  requests: requestsCallByCall(run),
  idempotency: {
    find: (...given) => run(({ idempotency }) => idempotency.find(...given)),
    insert: (...given) => run(({ idempotency }) => idempotency.insert(...given)),
    prune: (...given) => run(({ idempotency }) => idempotency.prune(...given)),
  },
});

const happeningsCallByCall = (run: Run): Pick<Stores, "audit" | "chains" | "securityEvents"> => ({
  audit: {
    append: (...given) => run(({ audit }) => audit.append(...given)),
    list: (...given) => run(({ audit }) => audit.list(...given)),
  },
  chains: {
    end: (...given) => run(({ chains }) => chains.end(...given)),
    entries: (...given) => run(({ chains }) => chains.entries(...given)),
    checkpoints: (...given) => run(({ chains }) => chains.checkpoints(...given)),
    unsealed: (...given) => run(({ chains }) => chains.unsealed(...given)),
    ends: (...given) => run(({ chains }) => chains.ends(...given)),
    addCheckpoint: (...given) => run(({ chains }) => chains.addCheckpoint(...given)),
    drop: (...given) => run(({ chains }) => chains.drop(...given)),
  },
  securityEvents: {
    add: (...given) => run(({ securityEvents }) => securityEvents.add(...given)),
    list: (...given) => run(({ securityEvents }) => securityEvents.list(...given)),
    noteOrigins: (...given) => run(({ securityEvents }) => securityEvents.noteOrigins(...given)),
    prune: (...given) => run(({ securityEvents }) => securityEvents.prune(...given)),
  },
});

const webhooksCallByCall = (run: Run): Pick<Stores, "outbox" | "webhooks" | "deliveries"> => ({
  outbox: {
    add: (...given) => run(({ outbox }) => outbox.add(...given)),
    take: (...given) => run(({ outbox }) => outbox.take(...given)),
    expiredKeys: (...given) => run(({ outbox }) => outbox.expiredKeys(...given)),
    prune: (...given) => run(({ outbox }) => outbox.prune(...given)),
  },
  webhooks: {
    insert: (...given) => run(({ webhooks }) => webhooks.insert(...given)),
    update: (...given) => run(({ webhooks }) => webhooks.update(...given)),
    remove: (...given) => run(({ webhooks }) => webhooks.remove(...given)),
    find: (...given) => run(({ webhooks }) => webhooks.find(...given)),
    lock: (...given) => run(({ webhooks }) => webhooks.lock(...given)),
    list: (...given) => run(({ webhooks }) => webhooks.list(...given)),
    count: (...given) => run(({ webhooks }) => webhooks.count(...given)),
    listeners: (...given) => run(({ webhooks }) => webhooks.listeners(...given)),
    listMailDue: (...given) => run(({ webhooks }) => webhooks.listMailDue(...given)),
  },
  deliveries: {
    add: (...given) => run(({ deliveries }) => deliveries.add(...given)),
    find: (...given) => run(({ deliveries }) => deliveries.find(...given)),
    list: (...given) => run(({ deliveries }) => deliveries.list(...given)),
    claim: (...given) => run(({ deliveries }) => deliveries.claim(...given)),
    settle: (...given) => run(({ deliveries }) => deliveries.settle(...given)),
    backlog: (...given) => run(({ deliveries }) => deliveries.backlog(...given)),
    prune: (...given) => run(({ deliveries }) => deliveries.prune(...given)),
  },
});

const alertsCallByCall = (run: Run): Pick<Stores, "alerts" | "alertRules" | "alertFacts"> => ({
  alerts: {
    beginPass: (...given) => run(({ alerts }) => alerts.beginPass(...given)),
    endPass: (...given) => run(({ alerts }) => alerts.endPass(...given)),
    insert: (...given) => run(({ alerts }) => alerts.insert(...given)),
    update: (...given) => run(({ alerts }) => alerts.update(...given)),
    find: (...given) => run(({ alerts }) => alerts.find(...given)),
    lock: (...given) => run(({ alerts }) => alerts.lock(...given)),
    list: (...given) => run(({ alerts }) => alerts.list(...given)),
    latest: (...given) => run(({ alerts }) => alerts.latest(...given)),
    listOpen: (...given) => run(({ alerts }) => alerts.listOpen(...given)),
    listMailDue: (...given) => run(({ alerts }) => alerts.listMailDue(...given)),
    prune: (...given) => run(({ alerts }) => alerts.prune(...given)),
  },
  alertRules: {
    settingsOf: (...given) => run(({ alertRules }) => alertRules.settingsOf(...given)),
    saveSettings: (...given) => run(({ alertRules }) => alertRules.saveSettings(...given)),
    lowestThresholds: (...given) => run(({ alertRules }) => alertRules.lowestThresholds(...given)),
    insertMute: (...given) => run(({ alertRules }) => alertRules.insertMute(...given)),
    findMute: (...given) => run(({ alertRules }) => alertRules.findMute(...given)),
    removeMute: (...given) => run(({ alertRules }) => alertRules.removeMute(...given)),
    listMutes: (...given) => run(({ alertRules }) => alertRules.listMutes(...given)),
    countMutes: (...given) => run(({ alertRules }) => alertRules.countMutes(...given)),
    mutesOf: (...given) => run(({ alertRules }) => alertRules.mutesOf(...given)),
    pruneMutes: (...given) => run(({ alertRules }) => alertRules.pruneMutes(...given)),
  },
  alertFacts: {
    noticed: (...given) => run(({ alertFacts }) => alertFacts.noticed(...given)),
    rates: (...given) => run(({ alertFacts }) => alertFacts.rates(...given)),
    quotas: (...given) => run(({ alertFacts }) => alertFacts.quotas(...given)),
    ages: (...given) => run(({ alertFacts }) => alertFacts.ages(...given)),
  },
});

const peopleCallByCall = (run: Run): Pick<Stores, "tenants" | "members" | "teams" | "invitations" | "embedSessions"> => ({
  tenants: {
    insert: (...given) => run(({ tenants }) => tenants.insert(...given)),
    update: (...given) => run(({ tenants }) => tenants.update(...given)),
    lock: (...given) => run(({ tenants }) => tenants.lock(...given)),
    find: (...given) => run(({ tenants }) => tenants.find(...given)),
    findAll: (...given) => run(({ tenants }) => tenants.findAll(...given)),
    list: (...given) => run(({ tenants }) => tenants.list(...given)),
  },
  members: {
    insert: (...given) => run(({ members }) => members.insert(...given)),
    lock: (...given) => run(({ members }) => members.lock(...given)),
    find: (...given) => run(({ members }) => members.find(...given)),
    list: (...given) => run(({ members }) => members.list(...given)),
    findOfAccount: (...given) => run(({ members }) => members.findOfAccount(...given)),
    findByEmail: (...given) => run(({ members }) => members.findByEmail(...given)),
    listOfAccount: (...given) => run(({ members }) => members.listOfAccount(...given)),
    listUnlinked: (...given) => run(({ members }) => members.listUnlinked(...given)),
    update: (...given) => run(({ members }) => members.update(...given)),
    countOwners: (...given) => run(({ members }) => members.countOwners(...given)),
    remove: (...given) => run(({ members }) => members.remove(...given)),
  },
  teams: {
    insert: (...given) => run(({ teams }) => teams.insert(...given)),
    update: (...given) => run(({ teams }) => teams.update(...given)),
    lock: (...given) => run(({ teams }) => teams.lock(...given)),
    find: (...given) => run(({ teams }) => teams.find(...given)),
    findByName: (...given) => run(({ teams }) => teams.findByName(...given)),
    list: (...given) => run(({ teams }) => teams.list(...given)),
    remove: (...given) => run(({ teams }) => teams.remove(...given)),
    place: (...given) => run(({ teams }) => teams.place(...given)),
    displace: (...given) => run(({ teams }) => teams.displace(...given)),
    isPlaced: (...given) => run(({ teams }) => teams.isPlaced(...given)),
    listPlaced: (...given) => run(({ teams }) => teams.listPlaced(...given)),
  },
  invitations: {
    insert: (...given) => run(({ invitations }) => invitations.insert(...given)),
    update: (...given) => run(({ invitations }) => invitations.update(...given)),
    lock: (...given) => run(({ invitations }) => invitations.lock(...given)),
    find: (...given) => run(({ invitations }) => invitations.find(...given)),
    findByDigest: (...given) => run(({ invitations }) => invitations.findByDigest(...given)),
    findOpen: (...given) => run(({ invitations }) => invitations.findOpen(...given)),
    list: (...given) => run(({ invitations }) => invitations.list(...given)),
  },
  embedSessions: {
    insert: (...given) => run(({ embedSessions }) => embedSessions.insert(...given)),
    find: (...given) => run(({ embedSessions }) => embedSessions.find(...given)),
    findByDigest: (...given) => run(({ embedSessions }) => embedSessions.findByDigest(...given)),
    remove: (...given) => run(({ embedSessions }) => embedSessions.remove(...given)),
    removeOfTenant: (...given) => run(({ embedSessions }) => embedSessions.removeOfTenant(...given)),
    prune: (...given) => run(({ embedSessions }) => embedSessions.prune(...given)),
  },
});

const remindersCallByCall = (run: Run): Stores["reminders"] => ({
  takeDue: (...given) => run(({ reminders }) => reminders.takeDue(...given)),
  plan: (...given) => run(({ reminders }) => reminders.plan(...given)),
  record: (...given) => run(({ reminders }) => reminders.record(...given)),
  recorded: (...given) => run(({ reminders }) => reminders.recorded(...given)),
  gather: (...given) => run(({ reminders }) => reminders.gather(...given)),
  claim: (...given) => run(({ reminders }) => reminders.claim(...given)),
  settle: (...given) => run(({ reminders }) => reminders.settle(...given)),
  isWanted: (...given) => run(({ reminders }) => reminders.isWanted(...given)),
  choose: (...given) => run(({ reminders }) => reminders.choose(...given)),
  keys: (...given) => run(({ reminders }) => reminders.keys(...given)),
  prune: (...given) => run(({ reminders }) => reminders.prune(...given)),
});

const requestsCallByCall = (run: Run): Stores["requests"] => ({
  append: (...given) => run(({ requests }) => requests.append(...given)),
  list: (...given) => run(({ requests }) => requests.list(...given)),
  useOfSecrets: (...given) => run(({ requests }) => requests.useOfSecrets(...given)),
  recent: (...given) => run(({ requests }) => requests.recent(...given)),
  find: (...given) => run(({ requests }) => requests.find(...given)),
  coverage: (...given) => run(({ requests }) => requests.coverage(...given)),
});
