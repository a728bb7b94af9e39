import { auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import { answerOnce, type Idempotency, type KeepAnswer } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { RateLimit } from "../model/limits.ts";
import type { Policy } from "../model/policy.ts";
import { lockOwner } from "../people/lock-owner.ts";
import type { Addresses } from "../ports/addresses.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store, Stores } from "../ports/store.ts";
import { secretPath } from "../prove.ts";
import { type Expiry, resolveExpiry } from "../rules/expiry.ts";
import { canonicalAllowlist, checkMetadata, checkScopes } from "../rules/key-fields.ts";
import { ownerType } from "../rules/owner.ts";
import { signKey, signSecret } from "../signing.ts";
import { tenantOf } from "../visibility.ts";
import { type IssueDeps, issueSecret, type NewSecret } from "./issue-secret.ts";
import { auditView, type IssuedKey, issuedCodec, unused } from "./key-details.ts";
import { requireGrant } from "./require-grant.ts";
import { requireReach } from "./require-reach.ts";

export interface CreateKey {
  readonly tenantId: string | undefined;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly environment: string;
  readonly expiry: Expiry;
  readonly ipAllowlist: readonly string[];
  readonly rateLimit: RateLimit | null;
  readonly monthlyQuota: number | null;
  /** A member or a team of the tenant; left out: the caller, where a member or a team stands behind it, else the tenant itself. */
  readonly ownerId: string | undefined;
  readonly metadata: ApiKey["metadata"];
}

export interface CreateKeyDeps extends IssueDeps {
  readonly store: Store;
  readonly secretStore: SecretStore;
  readonly addresses: Addresses;
  readonly policy: Policy;
}

export interface CreateKeyRequest {
  readonly actor: Actor;
  readonly command: CreateKey;
  readonly idempotency: Idempotency | null;
}

/** Makes an API key. Its hash is stored first, then the rows that make it findable: a key exists if and only if its row is committed. */
export const createKey = async (deps: CreateKeyDeps, request: CreateKeyRequest): Promise<IssuedKey> => {
  const key = draftKey(deps, request);
  return answerOnce(deps, {
    idempotency: request.idempotency,
    codec: issuedCodec,
    work: async (keep) => {
      await checkRoom(deps, deps.store, { actor: request.actor, key });
      const issued = await issueSecret(deps, key.id, key.environment);
      return storeKey(deps, { actor: request.actor, key, issued, keep });
    },
  });
};

const draftKey = (deps: CreateKeyDeps, { actor, command }: CreateKeyRequest): ApiKey => {
  const tenantId = tenantOf(actor, command.tenantId);
  checkScopes(deps.policy, command.scopes);
  checkMetadata(command.metadata);
  const nowMs = deps.clock.nowMs();
  return {
    id: newId(deps.random, "key"),
    tenantId,
    ownerId: command.ownerId ?? actor.memberId ?? actor.teamId ?? null,
    name: command.name,
    environment: command.environment,
    scopes: command.scopes,
    state: "active",
    ipAllowlist: canonicalAllowlist(deps.addresses, command.ipAllowlist),
    rateLimit: command.rateLimit,
    monthlyQuota: command.monthlyQuota,
    metadata: command.metadata,
    expiresAtMs: resolveExpiry(deps.policy, command.expiry, nowMs),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    revokedAtMs: null,
    revokedReason: null,
    revision: 1,
  };
};

interface Wanted {
  readonly actor: Actor;
  readonly key: ApiKey;
}

/** Refuses what the transaction would refuse, before bcrypt is paid for; under the owner's lock it is exact. */
const checkRoom = async (deps: CreateKeyDeps, stores: Stores, { actor, key }: Wanted): Promise<void> => {
  if (key.tenantId === null || (await stores.tenants.find(key.tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
  const most = key.ownerId === null ? null : await lockOwner(deps.policy, stores, { tenantId: key.tenantId, ownerId: key.ownerId });
  await requireReach(stores, actor, key.ownerId);
  await requireGrant({ stores, keyring: deps.keyring }, actor, key.scopes);
  if (key.ownerId === null || most === null) return;
  if ((await stores.keys.countAlive(key.ownerId, deps.clock.nowMs())) >= most) {
    throw new AppError("KEY_LIMIT_REACHED", { detail: `A ${ownerType(key.ownerId)} has ${most} keys at most that are not revoked or expired.` });
  }
};

interface Storing {
  readonly actor: Actor;
  readonly key: ApiKey;
  readonly issued: NewSecret;
  readonly keep: KeepAnswer<IssuedKey>;
}

const storeKey = async (deps: CreateKeyDeps, { actor, key, issued, keep }: Storing): Promise<IssuedKey> => {
  const path = secretPath(key);
  if (!(await deps.secretStore.write(path, { [issued.row.id]: issued.hash }, 0)))
    throw new Error("The secret store already has something at a new key's path.");
  const answer = { details: { key, secrets: [issued.row], activity: unused }, secret: issued.secret };
  try {
    await deps.store.transaction(async (stores) => {
      await checkRoom(deps, stores, { actor, key });
      await stores.keys.insert(signKey(deps.keyring, key));
      await stores.keys.insertSecret(signSecret(deps.keyring, issued.row));
      await stores.audit.append(
        auditEntry(deps, { actor, tenantId: key.tenantId, action: "key.created", target: { type: "key", id: key.id }, after: auditView(key) }),
      );
      await keep(stores, answer);
    });
  } catch (error) {
    await dropRefused(deps, path, error);
    throw error;
  }
  return answer;
};

/** A creation that was refused leaves no hash behind. One whose outcome is unknown does: the sweep looks at the row. */
const dropRefused = async (deps: CreateKeyDeps, path: string, error: unknown): Promise<void> => {
  if (error instanceof AppError) await deps.secretStore.destroy(path).catch(() => {});
};
