import { Readable } from "node:stream";
import type { ChainLine } from "@keywright/contract";
import { AppError, auditExport, chainLines, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { begun } from "./begun.ts";

/** Lines are read as fast as the client takes them. A stream that breaks off has no head. */
export const exportAuditLogHandler =
  (engine: Engine): Handler<"export-audit-log"> =>
  async ({ actor, query }) => {
    const tenantId = actor.tenantId === null ? (query.tenant_id ?? null) : tenantOf(actor, query.tenant_id);
    if (tenantId !== null && (await engine.store.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND");
    await auditExport(engine, { actor, tenantId });
    const lines = await begun(chainLines(engine, { tenantId, after: query.after ?? 0 }));
    return { status: 200, stream: Readable.from(textOf(lines)), headers: { "content-type": "application/x-ndjson" } };
  };

async function* textOf(lines: AsyncIterable<ChainLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
