import { afterAll, beforeAll, describe } from "vitest";
import type { Store } from "../ports/store.ts";
import { alertStoreContract } from "./alert-store.contract.ts";
import { announcementsContract } from "./announcements.contract.ts";
import { auditChainsContract } from "./audit-chains.contract.ts";
import { auditLogContract } from "./audit-log.contract.ts";
import { embedSessionsContract } from "./embed-sessions.contract.ts";
import { idempotencyStoreContract } from "./idempotency-store.contract.ts";
import { keyListContract } from "./key-list.contract.ts";
import { keyStoreContract } from "./key-store.contract.ts";
import { outboxContract } from "./outbox.contract.ts";
import { invitationStoreContract, teamStoreContract } from "./people-store.contract.ts";
import { reminderStoreContract } from "./reminder-store.contract.ts";
import { requestLogContract } from "./request-log.contract.ts";
import { securityEventsContract } from "./security-events.contract.ts";
import { createRows, type StoreBench } from "./store-rows.ts";
import { memberStoreContract, tenantStoreContract } from "./tenant-store.contract.ts";
import { tenantWallContract } from "./tenant-wall.contract.ts";
import { transactionContract } from "./transaction.contract.ts";
import { usageRollupsContract } from "./usage-rollups.contract.ts";
import { usageStoreContract } from "./usage-store.contract.ts";
import { webhookStoreContract } from "./webhook-store.contract.ts";

export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** What every `Store` promises, on an empty one that `open` makes. */
export const storeContract = (name: string, open: () => Promise<OpenedStore>): void => {
  describe(`store: ${name}`, () => {
    let opened: OpenedStore | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.close();
    });
    const store = (): Store => {
      if (opened === undefined) throw new Error("The store is not open.");
      return opened.store;
    };
    const bench: StoreBench = { store, rows: createRows() };
    transactionContract(bench);
    keyStoreContract(bench);
    keyListContract(bench);
    tenantStoreContract(bench);
    memberStoreContract(bench);
    teamStoreContract(bench);
    invitationStoreContract(bench);
    embedSessionsContract(bench);
    auditLogContract(bench);
    auditChainsContract(bench);
    securityEventsContract(bench);
    outboxContract(bench);
    webhookStoreContract(bench);
    alertStoreContract(bench);
    reminderStoreContract(bench);
    announcementsContract(bench);
    usageStoreContract(bench);
    usageRollupsContract(bench);
    requestLogContract(bench);
    idempotencyStoreContract(bench);
    tenantWallContract(bench);
  });
};
