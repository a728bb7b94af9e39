import type { Mail, Mailer } from "../ports/mailer.ts";

/** The reference `Mailer`: keeps what was sent, oldest first. */
export const createMemoryMailer = () => {
  const sent: Mail[] = [];
  return {
    sent: sent as readonly Mail[],
    send: async (mail) => {
      sent.push(mail);
    },
  } satisfies Mailer & { readonly sent: readonly Mail[] };
};
