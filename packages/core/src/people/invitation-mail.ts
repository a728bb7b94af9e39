import type { Invitation } from "../model/tenant.ts";
import type { Mail } from "../ports/mailer.ts";
import { inMarkup } from "../rules/in-markup.ts";

interface Inviting {
  readonly invitation: Pick<Invitation, "email" | "role">;
  readonly tenantName: string;
  readonly link: string;
}

/** The mail that invites a person. What others chose, such as the tenant's name, is text in it and never markup. */
export const invitationMail = ({ invitation, tenantName, link }: Inviting): Mail => {
  const what = `You are invited to join ${tenantName} as ${article(invitation.role)} ${invitation.role}.`;
  const how = "Open the link and sign in with this address. It works once, for seven days.";
  const otherwise = "If you did not expect this, do nothing: without the link nothing happens.";
  return {
    to: invitation.email,
    subject: `Invitation to ${tenantName}`,
    text: `${what}\n\n${how}\n\n${link}\n\n${otherwise}\n`,
    html: `<p>${inMarkup(what)}</p><p>${how}</p><p><a href="${inMarkup(link)}">${inMarkup(link)}</a></p><p>${otherwise}</p>`,
  };
};

const article = (role: string): string => (/^[aeo]/.test(role) ? "an" : "a");
