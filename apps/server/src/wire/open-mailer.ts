import { join } from "node:path";
import { type Mailer, Unavailable } from "@keywright/core";
import { createOutboxMailer } from "@keywright/drivers";
import type { SmtpMailer } from "@keywright/drivers/mail";
import type { Closers } from "./closers.ts";
import type { LastContact } from "./last-contact.ts";

/** A mail that became a file, where there is no SMTP server. */
export interface OutboxMail {
  readonly to: string;
  readonly subject: string;
  /** The link that is in it, with its token: for who sits at the machine, and for no log. */
  readonly link: string | undefined;
  readonly file: string;
}

interface MailerOptions {
  readonly smtpUrl: string | undefined;
  /** Who mails are from. */
  readonly mailFrom: string;
  readonly dataDir: string;
  readonly onMail: (mail: OutboxMail) => void;
}

/** By SMTP where that has an address, loaded with the first mail; else the outbox in the data folder. */
export const openMailer = ({ smtpUrl, mailFrom, dataDir, onMail }: MailerOptions, closers: Closers): Mailer => {
  if (smtpUrl === undefined) return createOutboxMailer({ folder: join(dataDir, "outbox"), onMail });
  const state: { opened: Promise<SmtpMailer> | undefined } = { opened: undefined };
  const open = async (): Promise<SmtpMailer> => {
    const { createSmtpMailer } = await import("@keywright/drivers/mail");
    const mailer = createSmtpMailer({ url: smtpUrl, from: mailFrom });
    closers.add(() => mailer.close());
    return mailer;
  };
  return {
    send: async (mail) => {
      state.opened ??= open();
      await (await state.opened).send(mail);
    },
  } satisfies Mailer;
};

/** The same mailer; what becomes of its mails is remembered. */
export const watchMailer = (mailer: Mailer, contact: Pick<LastContact, "note">): Mailer => ({
  // That an address is refused is an answer.
  send: (mail) => contact.note(mailer.send(mail), (error) => error instanceof Unavailable),
});
