import { type OutsidePerson, readPerson, type SignInProvider } from "@keywright/core";
import { systemStopwatch } from "@keywright/drivers";
import type { SignInIssuer } from "../oidc-settings.ts";

interface OpenedProvider {
  readonly provider: SignInProvider;
  readonly readPerson: (claims: Readonly<Record<string, unknown>>) => OutsidePerson | undefined;
}

/** Connects nothing yet: a provider that is out of reach holds up no start. */
export const openSignInProvider = async (settings: SignInIssuer): Promise<OpenedProvider> => {
  const { createOpenIdProvider } = await import("@keywright/drivers/oidc");
  const { issuer, tenantClaim, roleClaim, roles } = settings;
  const claims = { member: "sub", tenant: tenantClaim, email: "email", name: "name", role: roleClaim };
  return {
    provider: createOpenIdProvider({ ...settings, stopwatch: systemStopwatch }),
    readPerson: (given) => readPerson(given, issuer, { claims, roles, needsVerifiedEmail: true }),
  };
};
