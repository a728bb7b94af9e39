import { listTenants } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromCursor, toPage, toWireTenant } from "./wire-form.ts";

export const listTenantsHandler =
  (engine: Engine): Handler<"list-tenants"> =>
  async ({ query }) => {
    const { status, q } = query;
    const asked = [status, q];
    const filter = { ...(status !== undefined && { status }), ...(q !== undefined && { q }) };
    const found = await listTenants(engine, filter, fromCursor(query, asked));
    return { status: 200, body: toPage(found, asked, (tenant) => toWireTenant(tenant, engine.poolOf(tenant))) };
  };
