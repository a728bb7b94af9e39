import type { KeySortName } from "@keywright/contract";
import { type KeyOrder, type KeySort, keyPlacePatterns, listKeys } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromCursor, fromOwner, toPage, toWireKey } from "./wire-form.ts";

const orders: Readonly<Record<string, KeyOrder>> = { created_at: "createdAt", name: "name", last_used_at: "lastUsedAt", expires_at: "expiresAt" };

const fromSort = (name: KeySortName): KeySort => ({ by: orders[name.replace("-", "")] ?? "createdAt", isDescending: name.startsWith("-") });

export const listKeysHandler =
  (engine: Engine): Handler<"list-keys"> =>
  async ({ actor, query }) => {
    const { tenant_id: tenantId, status, environment, scope, q, sort: sortName = "-created_at" } = query;
    const sort = fromSort(sortName);
    const ownerId = fromOwner(query);
    const asked = [tenantId ?? actor.tenantId, status, environment, scope, ownerId, q, sortName];
    const filter = {
      ...(status !== undefined && { status }),
      ...(environment !== undefined && { environment }),
      ...(scope !== undefined && { scope }),
      ...(ownerId !== undefined && { ownerId }),
      ...(q !== undefined && { q }),
    };
    const found = await listKeys(engine, { actor, tenantId, filter, sort, page: fromCursor(query, asked, keyPlacePatterns[sort.by]) });
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: toPage(found, asked, (details) => toWireKey(details, nowMs)) };
  };
