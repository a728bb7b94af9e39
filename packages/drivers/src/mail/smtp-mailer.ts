import { type Mail, type Mailer, Unavailable } from "@keywright/core";
import { createTransport } from "nodemailer";

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (TLS where the server offers it) or `smtps://…:465` (TLS from the start), with the library's options as parameters, such as `?requireTLS=true`. */
  readonly url: string;
  /** Who writes: `Keywright <keys@example.com>`. */
  readonly from: string;
  /** For the connection, the greeting, every answer, and a mail as a whole. */
  readonly deadlineMs?: number;
  /** Mails under way at once; the next one is refused. */
  readonly maxWaiting?: number;
}

export interface SmtpMailer extends Mailer {
  close(): void;
}

const connections = 2;

/** Mails by an SMTP server, over connections that are kept. A mail that the server has not taken by the deadline may arrive all the same. */
export const createSmtpMailer = ({ url, from, deadlineMs = 15_000, maxWaiting = 1_000 }: SmtpOptions): SmtpMailer => {
  const deadlines = { connectionTimeout: deadlineMs, greetingTimeout: deadlineMs, socketTimeout: deadlineMs, dnsTimeout: deadlineMs };
  const transport = createTransport({ url, pool: true, maxConnections: connections, disableFileAccess: true, disableUrlAccess: true, ...deadlines }, { from });
  // A connection that is lost while nobody uses it is replaced; one that is in use fails its mail.
  transport.on("error", () => {});
  const state = { waiting: 0 };
  return {
    send: async (mail) => {
      const { to, subject, text, html } = mail;
      if (state.waiting >= maxWaiting) throw new Unavailable("mailer", new Error("Too many mails wait for the SMTP server."));
      state.waiting++;
      try {
        // An address as such: as text, a comma in it would make two of it.
        await within(deadlineMs, transport.sendMail({ to: { name: "", address: to }, subject, text, html, ...headersOf(mail) }));
      } catch (error) {
        throw new Unavailable("mailer", error);
      } finally {
        state.waiting--;
      }
    },
    close: () => transport.close(),
  } satisfies SmtpMailer;
};

/** RFC 8058 wants an address that one `POST` is enough for. */
const headersOf = ({ messageId, unsubscribeUrl }: Mail) => ({
  ...(messageId !== undefined && { messageId: `<${messageId}>` }),
  ...(unsubscribeUrl !== undefined && {
    headers: { "List-Unsubscribe": `<${unsubscribeUrl}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  }),
});

const within = async (deadlineMs: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The SMTP server has not taken the mail within ${deadlineMs} ms.`)), deadlineMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
