import { everyPermission } from "@keywright/contract";
import { createRootKey, createTenant, type Secret, systemActor } from "@keywright/core";
import type { Engine } from "./engine.ts";

/** What the first start has made, to be shown once. */
export interface FirstStart {
  readonly rootKey: Secret;
  readonly tenantId: string;
  readonly operator: NewOperator;
}

/** An operator's account with the password that it begins with. */
export interface NewOperator {
  readonly email: string;
  readonly password: Secret;
}

/** On an empty store: the operator's root key and account, and a tenant to try things with. Otherwise nothing, and nothing to show. */
export const makeFirstStart = async (engine: Engine, makeOperator: () => Promise<NewOperator>): Promise<FirstStart | undefined> => {
  const { items } = await engine.store.keys.list({ tenantId: null, nowMs: engine.clock.nowMs() }, { limit: 1, after: null });
  if (items.length > 0) return undefined;
  const tenant = await createTenant(engine, { actor: systemActor, name: "Example tenant", tier: "starter", rateLimit: null, idempotency: null });
  const operator = await makeOperator();
  // Last, for it is by this that a start knows that there was a first one.
  const { secret } = await createRootKey(engine, { actor: systemActor, name: "First root key", permissions: [everyPermission], idempotency: null });
  return { rootKey: secret, tenantId: tenant.id, operator };
};

/** What a person reads when the server is ready. */
export const startText = (base: string, engines: string, first: FirstStart | undefined): string => {
  const ready = [`Keywright is ready at ${base}  (dashboard: ${base}/dashboard, documentation: ${base}/docs)`, `Engines: ${engines}`];
  if (first === undefined) return `${ready.join("\n")}\n`;
  const key = first.rootKey.reveal();
  return `${[
    ...ready,
    "",
    "This is the first start. The root key below is the operator's credential; it is shown only now:",
    "",
    `  ${key}`,
    "",
    `The operator's account signs in at ${base}/dashboard with this password, once, and must choose another one:`,
    "",
    `  ${first.operator.email}  ${first.operator.password.reveal()}`,
    "",
    `An example tenant is there too (${first.tenantId}). Make its first API key:`,
    "",
    `  curl -s ${base}/api/v1/platform/api-keys -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '{"tenant_id":"${first.tenantId}","name":"My first key","scopes":["send_email"]}'`,
    "",
  ].join("\n")}\n`;
};
