import { accountPermissions, type Permission } from "@keywright/contract";
import type { Authenticated } from "../authenticate.ts";
import { AppError } from "../errors.ts";
import type { Secret } from "../model/secret.ts";
import type { OutsideTokens } from "../ports/outside-tokens.ts";
import { authorizePerson } from "./authorize-person.ts";
import type { PeopleDeps } from "./change-role.ts";
import { outsideAccountId, refusedOutsider, settleOutsider } from "./settle-outsider.ts";

interface OutsiderDeps extends PeopleDeps {
  readonly outsideTokens: OutsideTokens;
}

export interface OutsiderRequest {
  readonly token: Secret;
  readonly permission: Permission;
  readonly ip: string | null;
  readonly requestId: string;
}

/**
 * Who calls by another system's token, and may they? They act as a member of the tenant that the token names, made on their first call, with the
 * role that the token gives, where it gives one. What a member may is then asked like anybody's.
 */
export const authorizeOutsider = async (deps: OutsiderDeps, request: OutsiderRequest): Promise<Authenticated> => {
  const { token, permission, ip, requestId } = request;
  const person = await deps.outsideTokens.verify(token.reveal());
  if (person === undefined) throw new AppError("INVALID_CREDENTIAL");
  if (accountPermissions.includes(permission))
    throw refusedOutsider("is a member where the token says, and has no account here; this call is for people who sign in here");
  const accountId = outsideAccountId(person);
  const member = await settleOutsider(deps, { person, accountId, ip, requestId });
  const signedIn = { accountId, email: person.email ?? member.email, name: person.name ?? member.name, isOperator: false };
  return authorizePerson(deps, { signedIn, tenantId: member.tenantId, permission, ip, requestId });
};
