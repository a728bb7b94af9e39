import type { Endpoint } from "@keywright/contract";

interface Tables {
  readonly endpoints: Readonly<Record<string, Pick<Endpoint, "permission">>>;
  /** Doors that stand beside the table. */
  readonly doors: readonly Pick<Endpoint, "permission">[];
  readonly permissions: Readonly<Record<string, string>>;
  /** What roles, scopes and accounts open. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
}

/**
 * Refuses to start on tables that contradict each other: an endpoint that asks for no permission, or for one that there is not; a permission that no
 * endpoint asks for; and a role or scope that opens what there is not.
 */
export const checkPermissions = ({ endpoints, doors, permissions, grants }: Tables): void => {
  const isKnown = (permission: string | undefined): boolean => permission !== undefined && Object.hasOwn(permissions, permission);
  for (const [id, { permission }] of Object.entries(endpoints)) {
    if (!isKnown(permission)) throw new Error(`The endpoint ${id} asks for ${permission ?? "no permission"}, which is none of the table's.`);
  }
  const asked = new Set([...Object.values(endpoints), ...doors].map(({ permission }) => permission as string));
  const idle = Object.keys(permissions).find((permission) => !asked.has(permission));
  if (idle !== undefined) throw new Error(`The permission ${idle} opens nothing: no endpoint asks for it.`);
  for (const [name, opened] of Object.entries(grants)) {
    const unknown = opened.find((permission) => !isKnown(permission));
    if (unknown !== undefined) throw new Error(`${name} opens ${unknown}, which is none of the table's permissions.`);
  }
};
