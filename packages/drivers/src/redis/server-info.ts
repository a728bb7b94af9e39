import type { RedisNode } from "./node.ts";

export interface ServerInfo {
  /** Drawn anew at every start of the server process. */
  readonly runId: string;
  /** The run id with the replication id, which is drawn anew whenever a replica becomes a primary: it may have lost writes as one. */
  readonly identity: string;
  /** Such as `Redis 7.0.15` or `Valkey 8.0.1`. */
  readonly version: string;
  /** Whether Keywright runs on this version: Redis ≥ 6.2, Valkey ≥ 7.2. */
  readonly supported: boolean;
  readonly role: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What the server says of itself in these sections of INFO, `server` and `replication` among them. */
export const readServerInfo = async (node: RedisNode, sections: readonly string[] = []): Promise<ServerInfo> => {
  const texts = await Promise.all(["server", "replication", ...sections].map((section) => node.send(["INFO", section])));
  const fields = parseInfo(texts.map(String).join("\n"));
  const valkey = fields.get("valkey_version");
  const number = valkey ?? fields.get("redis_version") ?? "";
  return {
    runId: fields.get("run_id") ?? "",
    identity: `${fields.get("run_id") ?? ""}-${fields.get("master_replid") ?? ""}`,
    version: `${valkey === undefined ? "Redis" : "Valkey"} ${number}`,
    supported: valkey === undefined ? isAtLeast(number, 6, 2) : isAtLeast(number, 7, 2),
    role: fields.get("role") ?? "",
    fields,
  };
};

const parseInfo = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(":") && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );

const isAtLeast = (version: string, major: number, minor: number): boolean => {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
};
