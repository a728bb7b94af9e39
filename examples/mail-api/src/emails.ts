import type { PGlite } from "@electric-sql/pglite";
import type { RequestHandler } from "express";
import { readAddress, readLine, readText } from "./fields.ts";
import { tenantOf } from "./tenant.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** `POST /v1/emails`: sends one mail. */
export const sendEmail =
  (database: PGlite, mailer: Mailer): RequestHandler =>
  async (request, response) => {
    const tenantId = tenantOf(request);
    const mail = { to: readAddress(request.body, "to"), subject: readLine(request.body, "subject", 200), text: readText(request.body, "text", 100_000) };
    await mailer.send(mail);
    const { rows } = await database.query<{ id: string }>("insert into emails (tenant_id, recipient, subject) values ($1, $2, $3) returning id", [
      tenantId,
      mail.to,
      mail.subject,
    ]);
    response.status(202).json({ id: rows[0]?.id, status: "sent" });
  };
