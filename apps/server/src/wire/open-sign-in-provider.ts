import { AppError, type OutsidePerson, readPerson, type SignInProvider } from "@keywright/core";
import { systemStopwatch } from "@keywright/drivers";
import type { SignInIssuer } from "../oidc-settings.ts";
import type { LastContact } from "./last-contact.ts";

interface OpenedProvider {
  readonly provider: SignInProvider;
  readonly readPerson: (claims: Readonly<Record<string, unknown>>) => OutsidePerson | undefined;
}

/** Connects nothing yet: a provider that is out of reach holds up no start. */
export const openSignInProvider = async (settings: SignInIssuer, contact: Pick<LastContact, "note">): Promise<OpenedProvider> => {
  const { createOpenIdProvider } = await import("@keywright/drivers/oidc");
  const { issuer, tenantClaim, roleClaim, roles } = settings;
  const claims = { member: "sub", tenant: tenantClaim, email: "email", name: "name", role: roleClaim };
  return {
    provider: watchProvider(createOpenIdProvider({ ...settings, stopwatch: systemStopwatch }), contact),
    readPerson: (given) => readPerson(given, issuer, { claims, roles, needsVerifiedEmail: true }),
  };
};

/** That it refuses somebody is an answer. */
const isAway = (error: unknown): boolean => !(error instanceof AppError) || error.code === "SSO_UNAVAILABLE";

const watchProvider = (provider: SignInProvider, { note }: Pick<LastContact, "note">): SignInProvider => ({
  issuer: provider.issuer,
  begin: (returnAddress) => note(provider.begin(returnAddress), isAway),
  finish: (backAt, secrets) => note(provider.finish(backAt, secrets), isAway),
});
