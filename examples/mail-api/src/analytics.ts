import type { PGlite } from "@electric-sql/pglite";
import type { RequestHandler } from "express";
import { tenantOf } from "./tenant.ts";

/** `GET /v1/analytics`: what the tenant has sent in the last 30 days, by day. */
export const showAnalytics =
  (database: PGlite): RequestHandler =>
  async (request, response) => {
    const tenantId = tenantOf(request);
    const days = await database.query<{ day: string; emails: number }>(
      "select to_char(sent_at at time zone 'utc', 'YYYY-MM-DD') as day, count(*)::int as emails from emails where tenant_id = $1 and sent_at > now() - interval '30 days' group by 1 order by 1",
      [tenantId],
    );
    const contacts = await database.query<{ count: number }>("select count(*)::int as count from contacts where tenant_id = $1", [tenantId]);
    response.json({ emails: days.rows.reduce((sum, { emails }) => sum + emails, 0), days: days.rows, contacts: contacts.rows[0]?.count ?? 0 });
  };
