import type { Engine } from "../engine.ts";
import type { Handlers } from "../http/route.ts";
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
  "create-key": createKeyHandler(engine),
  "list-keys": listKeysHandler(engine),
  "get-key": getKeyHandler(engine),
  "update-key": updateKeyHandler(engine),
  "regenerate-key": regenerateKeyHandler(engine),
  "revoke-key": revokeKeyHandler(engine),
  "get-key-usage": getKeyUsageHandler(engine),
  "create-tenant": createTenantHandler(engine),
  "list-tenants": listTenantsHandler(engine),
  "get-tenant": getTenantHandler(engine),
  "update-tenant": updateTenantHandler(engine),
  "create-member": createMemberHandler(engine),
  "list-members": listMembersHandler(engine),
  "create-root-key": createRootKeyHandler(engine),
  "list-root-keys": listRootKeysHandler(engine),
  "revoke-root-key": revokeRootKeyHandler(engine),
  "list-audit-log": listAuditLogHandler(engine),
  "get-usage": getUsageHandler(engine),
});
