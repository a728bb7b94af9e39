/** A change of a key or of its tenant that was committed. */
export interface ChangeSignal {
  readonly kind: "change";
  readonly tenantId: string;
  /** As the audit log names it: `key.created`, `key.updated`, `key.regenerated`, `key.revoked`, `key.handed_over`, `tenant.updated`, … */
  readonly action: string;
  readonly targetId: string;
  readonly atMs: number;
}

/** Requests of one key since the last signal of its use. */
export interface KeyUse {
  readonly keyId: string;
  readonly requests: number;
  /** Of these, the refused ones. */
  readonly refused: number;
}

/** What was counted for a tenant's keys, a moment ago. */
export interface UseSignal {
  readonly kind: "use";
  readonly tenantId: string;
  readonly keys: readonly KeyUse[];
  readonly atMs: number;
}

/** A process says that somebody there watches these tenants: their use is worth telling for a few seconds. */
interface WatchSignal {
  readonly kind: "watch";
  readonly tenantIds: readonly string[];
}

export type Signal = ChangeSignal | UseSignal | WatchSignal;

export const writeSignal = (signal: Signal): string => JSON.stringify(signal);

/** undefined: not one of ours. */
export const readSignal = (text: string): Signal | undefined => {
  const value = parse(text);
  return isChange(value) || isUse(value) || isWatch(value) ? value : undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isOf = (value: unknown, kind: Signal["kind"]): value is Fields => isFields(value) && value["kind"] === kind;
const hasPlace = (value: Fields): boolean => isText(value["tenantId"]) && typeof value["atMs"] === "number";

const isChange = (value: unknown): value is ChangeSignal => isOf(value, "change") && hasPlace(value) && isText(value["action"]) && isText(value["targetId"]);
const isUse = (value: unknown): value is UseSignal => isOf(value, "use") && hasPlace(value) && Array.isArray(value["keys"]) && value["keys"].every(isKeyUse);
const isWatch = (value: unknown): value is WatchSignal => isOf(value, "watch") && Array.isArray(value["tenantIds"]) && value["tenantIds"].every(isText);
const isKeyUse = (value: unknown): value is KeyUse =>
  isFields(value) && isText(value["keyId"]) && typeof value["requests"] === "number" && typeof value["refused"] === "number";
