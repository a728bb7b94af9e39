import { createTransport } from "nodemailer";
import type { Mailer } from "./emails.ts";

const from = "mail-api@example.com";

/** By SMTP where there is a server, else on the terminal. */
export const createMailer = (smtpUrl: string | undefined, print: (line: string) => void): Mailer => {
  if (smtpUrl === undefined) return { send: async ({ to, subject }) => print(`mail to ${to}: ${subject}`), close: () => {} };
  const transport = createTransport(smtpUrl, { from });
  return {
    send: async (mail) => {
      await transport.sendMail(mail);
    },
    close: () => transport.close(),
  };
};
