import { everyPermission, permissionIds } from "@keywright/contract";
import { auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import { answerOnce, type Idempotency } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Clock } from "../ports/clock.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store } from "../ports/store.ts";
import { secretPath } from "../prove.ts";
import { rootEnvironment } from "../rules/key-format.ts";
import { rootHolds } from "../rules/scopes.ts";
import { signKey, signSecret } from "../signing.ts";
import { type IssueDeps, issueSecret } from "./issue-secret.ts";
import { type IssuedKey, issuedCodec, type KeyDetails, toDetails, unused } from "./key-details.ts";

export interface CreateRootKeyDeps extends IssueDeps {
  readonly store: Store;
  readonly secretStore: SecretStore;
}

export interface CreateRootKeyRequest {
  readonly actor: Actor;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly idempotency: Idempotency | null;
}

/** Makes a root key: an API key without tenant, limits or end, whose scopes are permissions. */
export const createRootKey = async (deps: CreateRootKeyDeps, request: CreateRootKeyRequest): Promise<IssuedKey> => {
  checkPermissions(request);
  return answerOnce(deps, {
    idempotency: request.idempotency,
    codec: issuedCodec,
    work: async (keep) => {
      const key = draftRootKey(deps, request);
      const issued = await issueSecret(deps, key.id, rootEnvironment);
      await deps.secretStore.write(secretPath(key), { [issued.row.id]: issued.hash }, 0);
      const answer = { details: { key, secrets: [issued.row], activity: unused }, secret: issued.secret };
      await deps.store.transaction(async (stores) => {
        await stores.keys.insert(signKey(deps.keyring, key));
        await stores.keys.insertSecret(signSecret(deps.keyring, issued.row));
        const happening = { actor: request.actor, tenantId: null, action: "root_key.created", target: { type: "root_key", id: key.id } } as const;
        await stores.audit.append(auditEntry(deps, { ...happening, after: { name: key.name, permissions: key.scopes } }));
        await keep(stores, answer);
      });
      return answer;
    },
  });
};

const checkPermissions = ({ actor, permissions }: CreateRootKeyRequest): void => {
  const known: readonly string[] = [...permissionIds, everyPermission];
  const fields = permissions.flatMap((permission, index) =>
    known.includes(permission) ? [] : [{ pointer: `/permissions/${index}`, detail: `is no permission; there are: ${known.join(", ")}` }],
  );
  if (fields[0] !== undefined) throw new AppError("INVALID_REQUEST", { detail: `${fields[0].pointer}: ${fields[0].detail}`, fields });
  const missing = actor.type === "system" ? [] : permissions.filter((permission) => !rootHolds(actor.scopes, permission));
  if (missing.length > 0) throw new AppError("SCOPE_NOT_HELD", { detail: `This root key does not hold: ${missing.join(", ")}.` });
};

const draftRootKey = (deps: CreateRootKeyDeps, { name, permissions }: CreateRootKeyRequest): ApiKey => {
  const nowMs = deps.clock.nowMs();
  return {
    id: newId(deps.random, "key"),
    tenantId: null,
    ownerId: null,
    name,
    environment: rootEnvironment,
    scopes: permissions,
    state: "active",
    ipAllowlist: [],
    rateLimit: null,
    monthlyQuota: null,
    metadata: {},
    expiresAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    revokedAtMs: null,
    revokedReason: null,
    revision: 1,
  };
};

export const listRootKeys = async (deps: { store: Store; clock: Clock }, page: PageRequest): Promise<Page<KeyDetails>> => {
  const { items, after } = await deps.store.keys.list({ tenantId: null, nowMs: deps.clock.nowMs() }, page);
  return { items: items.map(toDetails), after };
};
