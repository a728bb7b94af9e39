import type { Logger } from "pino";
import type { Watch } from "../wire/wire.ts";

const trouble: readonly string[] = ["degraded", "store-lost", "refused"];

/** What the engines do, in the log; but for mails, whose links are in none. */
export const engineLog = (logger: Logger): Omit<Watch, "onMail"> => ({
  onTampering: (row) => logger.warn({ row }, "refused a row that was edited behind Keywright's back"),
  onLedger: (event) =>
    logger[trouble.includes(event.type) ? "warn" : "info"](
      { ledger: { ...event, ...("reason" in event && { reason: reasonOf(event.reason) }) } },
      "the ledger's state has changed",
    ),
  onVaultToken: (event) => logger[event.outcome === "failed" ? "warn" : "debug"]({ vault: event }, "the token for Vault"),
});

/** The innermost reason: the others only say which port it was. */
const reasonOf = (reason: unknown): string => {
  if (!(reason instanceof Error)) return String(reason ?? "the current ledger is another one");
  return reason.cause instanceof Error ? reasonOf(reason.cause) : reason.message;
};
