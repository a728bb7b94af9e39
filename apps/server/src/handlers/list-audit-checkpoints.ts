import { AppError, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromCursor, toPage } from "./wire-form.ts";

/** A place among checkpoints in the form of an id, as cursors carry it. */
const placeOf = (sequence: number): string => `chk_${String(sequence).padStart(22, "0")}`;

const sequenceOf = (place: string): number => {
  const digits = /^chk_0{10}(\d{12})$/.exec(place)?.[1];
  if (digits === undefined) throw new AppError("INVALID_CURSOR");
  return Number(digits);
};

export const listAuditCheckpointsHandler =
  (engine: Engine): Handler<"list-audit-checkpoints"> =>
  async ({ actor, query }) => {
    const tenantId = actor.tenantId === null ? (query.tenant_id ?? null) : tenantOf(actor, query.tenant_id);
    if (tenantId !== null && (await engine.store.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND");
    const filter = { tenantId };
    const { limit, after } = fromCursor(query, filter);
    const from = after === null ? 0 : sequenceOf(after) + 1;
    const found = await engine.store.chains.checkpoints({ tenantId, after: from, limit });
    const last = found.length < limit ? undefined : found.at(-1);
    const { keyId, publicKey } = await engine.auditKey();
    const page = toPage({ items: found, after: last === undefined ? null : placeOf(last.sequence) }, filter, (checkpoint) => checkpoint);
    return { status: 200, body: { ...page, public_key: { key_id: keyId, algorithm: "Ed25519", pem: toPem(publicKey) } } };
  };

/** RFC 7468 section 13. An Ed25519 key is one line. */
const toPem = (publicKey: string): string =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.from(publicKey, "base64url").toString("base64")}\n-----END PUBLIC KEY-----\n`;
