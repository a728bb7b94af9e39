/** How to be let in. */
export interface Access {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: boolean | undefined;
  /** PEM of the authority that signed the servers' certificates; undefined: those that the system trusts. */
  readonly ca?: string | undefined;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** One server, a primary that sentinels know by name, or a cluster; Redis and Valkey alike. */
export type RedisConnection = Access &
  (
    | { readonly kind: "server"; readonly node: HostPort; readonly database?: number | undefined }
    | {
        readonly kind: "sentinel";
        readonly sentinels: readonly HostPort[];
        /** The name under which the sentinels watch the primary. */
        readonly primary: string;
        readonly database?: number | undefined;
        readonly sentinelAccess?: Access | undefined;
      }
    | { readonly kind: "cluster"; readonly nodes: readonly HostPort[] }
  );

const shape = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/;
const redisPort = 6379;
const sentinelPort = 26_379;

/** A refusal of an address. It names no part of the address, for there may be a password in it. */
const refuse = (reason: string): never => {
  throw new Error(
    `The Redis address is not valid: ${reason}. It has the form redis://user:password@host:6379/0, redis+sentinel://user:password@host:26379,host:26379/name/0 or redis+cluster://user:password@host:6379,host:6379; rediss for TLS.`,
  );
};

/** Reads `redis[s]://`, `redis[s]+sentinel://` and `redis[s]+cluster://` addresses. */
export const parseRedisUrl = (url: string): RedisConnection => {
  const [, scheme, way, user, hosts = "", path = ""] = shape.exec(url) ?? refuse("its shape is unknown");
  const access: Access = { ...credentials(user), tls: scheme === "rediss" };
  if (way === "+cluster") {
    if (path !== "" && path !== "0") refuse("a cluster has one database, number 0");
    return { kind: "cluster", nodes: hosts.split(",").map((host) => hostPort(host, redisPort)), ...access };
  }
  if (way === "+sentinel") {
    const [name = "", number = "", ...rest] = path.split("/");
    if (name === "" || rest.length > 0) refuse("it must end in the name under which the sentinels watch the primary");
    return {
      kind: "sentinel",
      sentinels: hosts.split(",").map((host) => hostPort(host, sentinelPort)),
      primary: decode(name),
      database: database(number),
      ...access,
    };
  }
  return { kind: "server", node: hostPort(hosts, redisPort), database: database(path), ...access };
};

const credentials = (user: string | undefined): Access => {
  if (user === undefined || user === "") return {};
  const [name = "", ...rest] = user.split(":");
  return { username: decode(name) || undefined, password: rest.length === 0 ? undefined : decode(rest.join(":")) };
};

const hostPort = (text: string, defaultPort: number): HostPort => {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\],\s]+))(?::(\d{1,5}))?$/.exec(text) ?? refuse("a host is not one");
  const number = port === undefined ? defaultPort : Number(port);
  if (number < 1 || number > 65_535) refuse("a port is not one");
  return { host: bracketed ?? plain ?? "", port: number };
};

const database = (text: string): number | undefined => {
  if (text === "") return undefined;
  return /^\d{1,4}$/.test(text) ? Number(text) : refuse("the database is not a number");
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse("a percent sign is not followed by two hexadecimal digits");
  }
};
