import type { ChainLine } from "@keywright/contract";
import { AppError, auditExport, chainLines, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const exportAuditLogHandler =
  (engine: Engine): Handler<"export-audit-log"> =>
  async ({ actor, query }) => {
    const tenantId = actor.tenantId === null ? (query.tenant_id ?? null) : tenantOf(actor, query.tenant_id);
    if (tenantId !== null && (await engine.store.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND");
    await auditExport(engine, { actor, tenantId });
    return { status: 200, body: await begun(chainLines(engine, { tenantId, after: query.after ?? 0 })) };
  };

/** What fails before the first line fails with a problem document; later, the stream can only break off, and then it has no head. */
const begun = async (lines: AsyncGenerator<ChainLine>): Promise<AsyncIterable<ChainLine>> => {
  const first = await lines.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* lines;
  })();
};
