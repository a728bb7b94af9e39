import type { FlagEvent } from "@keywright/drivers/flags";
import type { KeysEvent } from "@keywright/drivers/jwt";
import type { Logger } from "pino";
import type { Watch } from "../wire/wire.ts";

const trouble: readonly string[] = ["degraded", "store-lost", "refused"];

/** What becomes of the systems that management asks, in the log. */
export const outsideLog = (logger: Logger) => ({
  onFlags: (event: FlagEvent): void => logger[event.type === "failed" ? "warn" : "info"]({ flags: event }, "the source of flags has changed its state"),
  onTokenKeys: (event: KeysEvent): void => logger[event.type === "failed" ? "warn" : "info"]({ token_keys: event }, "the token issuer's keys"),
});

/** What the engines do, in the log; but for mails, whose links are in none. */
export const engineLog = (logger: Logger): Omit<Watch, "onMail" | "onEngineCall" | "traceHeaders" | "watchLedger"> => ({
  onTampering: (row) => logger.warn({ row }, "refused a row that was edited behind Keywright's back"),
  onBrokenChain: (broken) => logger.error({ broken }, "an audit chain does not fit: it was edited behind Keywright's back, and is not sealed"),
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
