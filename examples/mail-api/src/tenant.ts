import type { Request } from "express";
import { BadRequest } from "./fields.ts";

/** Whose request it is: the tenant of its key. A request that was let through unverified has none, and so no data. */
export const tenantOf = ({ apiKey }: Pick<Request, "apiKey">): string => {
  if (!apiKey?.tenant_id) throw new BadRequest("The API key could not be checked, and this needs to know whose it is. Try again.", 503);
  return apiKey.tenant_id;
};
