import type { PGlite } from "@electric-sql/pglite";
import type { ExpressGuard } from "@keywright/sdk/express";
import express, { type ErrorRequestHandler, type Express } from "express";
import { showAnalytics } from "./analytics.ts";
import { contactRoutes } from "./contacts.ts";
import { type Mailer, sendEmail } from "./emails.ts";
import { BadRequest } from "./fields.ts";

export interface AppDeps {
  readonly guard: Pick<ExpressGuard, "requireScopes">;
  readonly database: PGlite;
  readonly mailer: Mailer;
}

/** The API: each route says what a key needs for it, before its body is read. */
export const createApp = ({ guard, database, mailer }: AppDeps): Express => {
  const body = express.json({ limit: "256kb" });
  const app = express();
  app.disable("x-powered-by");
  app.post("/v1/emails", guard.requireScopes("send_email"), body, sendEmail(database, mailer));
  app.use("/v1/contacts", contactRoutes({ database, guard: guard.requireScopes("manage_contacts"), body }));
  app.get("/v1/analytics", guard.requireScopes("read_analytics"), showAnalytics(database));
  app.use((_request, response) => {
    response
      .status(404)
      .type("application/problem+json")
      .send(JSON.stringify({ title: "There is no such endpoint", status: 404 }));
  });
  app.use(answerError);
  return app;
};

/** Express knows an error handler by its four parameters. */
const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = statusOf(error);
  if (status >= 500) console.error(error);
  const detail = status < 500 || error instanceof BadRequest ? (error as Error).message : "Something went wrong.";
  response
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ title: "The request cannot be done", status, detail }));
};

/** What Express's own parts throw has a status too. */
const statusOf = (error: unknown): number => {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
};
