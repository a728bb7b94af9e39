import { createServer } from "node:http";
import { createClient } from "@keywright/sdk";
import { createGuard } from "@keywright/sdk/express";
import { createApp } from "./app.ts";
import { openDatabase } from "./database.ts";
import { createMailer } from "./mailer.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.env);
const keywright = createClient({ baseUrl: settings.keywrightUrl, credential: settings.rootKey });
const guard = createGuard({
  keywright,
  onUnreachable: settings.onUnreachable,
  trustedProxies: settings.trustedProxies,
  onFailure: (error) => console.error(`not verified: ${error instanceof Error ? error.message : String(error)}`),
});
const database = await openDatabase(settings.dataDir);
const mailer = createMailer(settings.smtpUrl, (line) => console.log(line));

const server = createServer(createApp({ guard, database, mailer }));
server.listen(settings.port, "127.0.0.1", () => {
  const address = server.address();
  console.log(`The mail API is ready at http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});

/** Requests that are here are answered, then the last counts go to Keywright. */
const close = async (): Promise<void> => {
  await guard.close();
  keywright.close();
  mailer.close();
  await database.close();
};
const stop = (): void => {
  server.close(() => void close());
  server.closeIdleConnections();
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
