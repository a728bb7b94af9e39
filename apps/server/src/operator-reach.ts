import type { Webhook } from "@keywright/core";
import type { Logger } from "pino";
import type { Config } from "./config.ts";

/** How the operators hear of what concerns them. */
export interface OperatorReach {
  /** null: there is none. */
  readonly operatorEmail: string | null;
  /** Told of a webhook of theirs that was disabled, of which no mail can tell. */
  readonly onUntold: (webhook: Pick<Webhook, "id">) => void;
  /** Told of a mail of reminders that is sent no more. */
  readonly onGivenUp: (digest: string) => void;
  /** Told of a mail of alerts that is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** The address that a first start makes up where none is set reaches nobody: then the log tells. */
export const operatorReach = ({ operatorEmail }: Pick<Config, "operatorEmail">, logger: Pick<Logger, "error" | "warn">): OperatorReach => ({
  operatorEmail: operatorEmail.endsWith(".invalid") ? null : operatorEmail,
  onUntold: ({ id }) =>
    logger.warn(
      { webhook: id },
      "a webhook of the operators was disabled: set its status to active when its target is well again, and KEYWRIGHT_OPERATOR_EMAIL to hear of it by mail",
    ),
  onGivenUp: (digest) => logger.warn({ digest }, "a mail of reminders could not be sent for four days and is given up: see to SMTP_URL and to the address"),
  onFailure: (error) => logger.error({ err: error }, "a mail of alerts cannot be sent; it will be tried again"),
});
