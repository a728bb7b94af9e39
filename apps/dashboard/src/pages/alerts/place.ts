import { useTenant } from "../../me.ts";

/** Whose alerts a page is about, and where it is. */
export interface AlertPlace {
  /** As the calls take it: the chosen tenant; for the operators' own, none. */
  readonly owner: { readonly tenant_id?: string };
  readonly path: "/settings/developers/alerts" | "/operator/alerts";
}

export const operatorPlace: AlertPlace = { owner: {}, path: "/operator/alerts" };

export const useTenantPlace = (): AlertPlace => ({ owner: useTenant(), path: "/settings/developers/alerts" });
