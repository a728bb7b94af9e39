import type { Answer, Call } from "./call.ts";
import { describeRefusal, lackingPermissions } from "./sentences.ts";

interface Permission {
  /** Asked for: one path that stands for all those the policy must allow. */
  readonly path: string;
  /** Such as the policy spells it. */
  readonly rule: string;
  readonly capabilities: readonly string[];
}

/** What the policy of `ops/vault/keywright-policy.hcl` gives. */
const needed = (mount: string): readonly Permission[] => [
  { path: `${mount}/data/api_keys/ten_0/key_0`, rule: `${mount}/data/api_keys/*`, capabilities: ["create", "read", "update"] },
  { path: `${mount}/metadata/api_keys/ten_0/key_0`, rule: `${mount}/metadata/api_keys/*`, capabilities: ["delete"] },
  { path: `${mount}/metadata/api_keys/`, rule: `${mount}/metadata/api_keys/*`, capabilities: ["list"] },
  { path: `${mount}/data/keywright/pepper`, rule: `${mount}/data/keywright/*`, capabilities: ["create", "read", "update"] },
  { path: `${mount}/metadata/keywright/`, rule: `${mount}/metadata/keywright/*`, capabilities: ["list"] },
  { path: `${mount}/metadata/keywright/webhooks/whk_0`, rule: `${mount}/metadata/keywright/webhooks/*`, capabilities: ["delete", "list"] },
  { path: "auth/token/renew-self", rule: "auth/token/renew-self", capabilities: ["update"] },
];

export interface Permissions {
  /** Vault checks nothing for such a token. */
  readonly isRoot: boolean;
  /** One sentence on what the token may not do; undefined where it may do all that it needs to. */
  readonly lack: string | undefined;
}

/** Asks Vault what the token may do, rather than trying it. */
export const readPermissions = async (send: (call: Call) => Promise<Answer>, mount: string): Promise<Permissions> => {
  const permissions = needed(mount);
  const call: Call = { method: "POST", path: "sys/capabilities-self", body: { paths: permissions.map(({ path }) => path) } };
  const answer = await send(call);
  if (answer.status !== 200) throw describeRefusal(call, answer);
  const given = permissions.map(({ path }) => capabilitiesAt(answer, path));
  if (given.every((capabilities) => capabilities.includes("root"))) return { isRoot: true, lack: undefined };
  const lacking = permissions.flatMap(({ rule, capabilities }, index) => {
    const missing = capabilities.filter((capability) => !given[index]?.includes(capability));
    return missing.length === 0 ? [] : [`${missing.join(", ")} at ${rule}`];
  });
  return { isRoot: false, lack: lacking.length === 0 ? undefined : lackingPermissions(lacking) };
};

const capabilitiesAt = ({ body }: Answer, path: string): readonly string[] => {
  const found = (body["data"] as Readonly<Record<string, unknown>> | undefined)?.[path];
  return Array.isArray(found) ? found.map(String) : [];
};
