/** The filters of the audit log, as they stand in the address. Days are this device's own. */
export interface AuditSearch {
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

const names = ["action", "actor", "target", "from", "to"] as const satisfies readonly (keyof AuditSearch)[];
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** What an address says, without what makes no sense in it. */
export const readAuditSearch = (search: Readonly<Record<string, unknown>>): AuditSearch => {
  const given = names.flatMap((name) => {
    const value = search[name];
    if (typeof value !== "string" || value.trim() === "") return [];
    if ((name === "from" || name === "to") && !dayPattern.test(value)) return [];
    return [[name, value.trim().slice(0, 64)] as const];
  });
  return Object.fromEntries(given);
};

const startOf = (day: string, daysLater = 0): string | undefined => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const moment = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
};

/** The query of `list-audit-log` that a search stands for: `to` is the last day, whole. */
export const toAuditQuery = ({ action, actor, target, from, to }: AuditSearch) => {
  const [first, end] = [from === undefined ? undefined : startOf(from), to === undefined ? undefined : startOf(to, 1)];
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor_id: actor }),
    ...(target !== undefined && { target_id: target }),
    ...(first !== undefined && { from: first }),
    ...(end !== undefined && { to: end }),
  };
};
