import type { Mail } from "@keywright/core";

interface Person {
  readonly email: string;
  readonly name: string;
}

interface Letter {
  readonly subject: string;
  readonly opening: string;
  readonly action: string;
  readonly closing: string;
}

const verification: Letter = {
  subject: "Confirm your e-mail address",
  opening: "an account was opened for this address at Keywright.",
  action: "Confirm the address",
  closing: "The link works for one hour. If you did not open an account, there is nothing to do: without the link nobody can sign in.",
};

const reset: Letter = {
  subject: "Choose a new password",
  opening: "somebody, most likely you, asked for a new password for this address at Keywright.",
  action: "Choose a new password",
  closing: "The link works once, for one hour. If you did not ask, there is nothing to do: your password stays as it is.",
};

const known: Letter = {
  subject: "You have an account already",
  opening: "somebody, most likely you, asked to open an account for this address at Keywright. There is one already.",
  action: "Sign in",
  closing: "If you have forgotten the password, ask for a new one there. If it was not you, there is nothing to do.",
};

export const verificationMail = (person: Person, link: string): Mail => write(verification, person, link);
export const resetMail = (person: Person, link: string): Mail => write(reset, person, link);
export const knownMail = (person: Person, link: string): Mail => write(known, person, link);

const write = ({ subject, opening, action, closing }: Letter, { email, name }: Person, link: string): Mail => ({
  to: email,
  subject,
  text: `Hello ${oneLine(name)},\n\n${opening}\n\n${action}: ${link}\n\n${closing}\n`,
  html: `<p>Hello ${escapeHtml(oneLine(name))},</p><p>${opening}</p><p><a href="${escapeHtml(link)}">${action}</a></p><p>${closing}</p>`,
});

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
