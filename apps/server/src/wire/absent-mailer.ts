import { type Mailer, Unavailable } from "@keywright/core";

/** Where no way to send mail is wired: what needs one is refused, and nothing is done that a mail was to follow. */
export const absentMailer: Mailer = { send: () => Promise.reject(new Unavailable("mailer")) };
