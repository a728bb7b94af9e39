import type { handleOAuthUserInfo } from "better-auth/oauth2";

/** What the library hands to whoever works on one of its calls. */
export type Context = Parameters<typeof handleOAuthUserInfo>[0];

/** The browser has another session from now on; the one before it ends, and with it whatever has become of its cookie. */
export const endFormerSession = async (ctx: Pick<Context, "context" | "getSignedCookie">): Promise<void> => {
  const { authCookies, secret, internalAdapter } = ctx.context;
  const former = await ctx.getSignedCookie(authCookies.sessionToken.name, secret);
  if (typeof former === "string") await internalAdapter.deleteSession(former);
};

/** A field of a body or a query; empty where there is none. */
export const textOf = (fields: unknown, name: string): string => {
  const value: unknown = typeof fields === "object" && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === "string" ? value : "";
};
