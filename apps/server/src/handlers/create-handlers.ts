import type { EndpointId } from "@keywright/contract";
import type { Engine } from "../engine.ts";
import type { Handler, Handlers } from "../http/route.ts";
import { createKeyHandler } from "./create-key.ts";
import { createMemberHandler } from "./create-member.ts";
import { createRootKeyHandler } from "./create-root-key.ts";
import { createTenantHandler } from "./create-tenant.ts";
import { getKeyHandler } from "./get-key.ts";
import { getKeyUsageHandler } from "./get-key-usage.ts";
import { getTenantHandler } from "./get-tenant.ts";
import { getUsageHandler } from "./get-usage.ts";
import { listAuditLogHandler } from "./list-audit-log.ts";
import { listKeysHandler } from "./list-keys.ts";
import { listMembersHandler } from "./list-members.ts";
import { listRootKeysHandler } from "./list-root-keys.ts";
import { listTenantsHandler } from "./list-tenants.ts";
import { regenerateKeyHandler } from "./regenerate-key.ts";
import { revokeKeyHandler } from "./revoke-key.ts";
import { revokeRootKeyHandler } from "./revoke-root-key.ts";
import { updateKeyHandler } from "./update-key.ts";
import { updateTenantHandler } from "./update-tenant.ts";
import { verifyKeyHandler } from "./verify-key.ts";
import { verifyKeysHandler } from "./verify-keys.ts";

/** One handler an endpoint; a row of the table without one does not compile. */
export const createHandlers = (engine: Engine): Handlers => ({
  "verify-key": verifyKeyHandler(engine),
  "verify-keys": verifyKeysHandler(engine),
  "create-key": walled(engine, createKeyHandler),
  "list-keys": walled(engine, listKeysHandler),
  "get-key": walled(engine, getKeyHandler),
  "update-key": walled(engine, updateKeyHandler),
  "regenerate-key": walled(engine, regenerateKeyHandler),
  "revoke-key": walled(engine, revokeKeyHandler),
  "get-key-usage": walled(engine, getKeyUsageHandler),
  "create-tenant": walled(engine, createTenantHandler),
  "list-tenants": walled(engine, listTenantsHandler),
  "get-tenant": walled(engine, getTenantHandler),
  "update-tenant": walled(engine, updateTenantHandler),
  "create-member": walled(engine, createMemberHandler),
  "list-members": walled(engine, listMembersHandler),
  "create-root-key": walled(engine, createRootKeyHandler),
  "list-root-keys": walled(engine, listRootKeysHandler),
  "revoke-root-key": walled(engine, revokeRootKeyHandler),
  "list-audit-log": walled(engine, listAuditLogHandler),
  "get-usage": walled(engine, getUsageHandler),
});

type MakeHandler<Id extends EndpointId> = (engine: Engine) => Handler<Id>;

/** A tenant's caller is served from behind the wall of its tenant: whatever a handler forgets to check, another tenant's rows are not there. */
const walled = <Id extends EndpointId>(engine: Engine, make: MakeHandler<Id>): Handler<Id> => {
  const forOperators = make(engine);
  return (request) => {
    const { tenantId } = request.actor;
    return tenantId === null ? forOperators(request) : make({ ...engine, store: engine.store.forTenant(tenantId) })(request);
  };
};
