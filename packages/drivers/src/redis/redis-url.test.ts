import { describe, expect, it } from "vitest";
import { parseRedisUrl } from "./redis-url.ts";

describe("an address of Redis", () => {
  it("names one server", () => {
    expect(parseRedisUrl("redis://localhost")).toEqual({ kind: "server", node: { host: "localhost", port: 6379 }, database: undefined, tls: false });
    expect(parseRedisUrl("rediss://ops:p%40ss:word@redis.example:6380/3")).toEqual({
      kind: "server",
      node: { host: "redis.example", port: 6380 },
      database: 3,
      username: "ops",
      password: "p@ss:word",
      tls: true,
    });
    expect(parseRedisUrl("redis://:secret@[2001:db8::1]:7000")).toMatchObject({
      node: { host: "2001:db8::1", port: 7000 },
      username: undefined,
      password: "secret",
    });
  });

  it("names a primary that sentinels watch", () => {
    expect(parseRedisUrl("redis+sentinel://:pw@a:1,b,[::1]:3/main/2")).toEqual({
      kind: "sentinel",
      sentinels: [
        { host: "a", port: 1 },
        { host: "b", port: 26_379 },
        { host: "::1", port: 3 },
      ],
      primary: "main",
      database: 2,
      username: undefined,
      password: "pw",
      tls: false,
    });
  });

  it("names nodes of a cluster", () => {
    expect(parseRedisUrl("rediss+cluster://a,b:7001")).toEqual({
      kind: "cluster",
      nodes: [
        { host: "a", port: 6379 },
        { host: "b", port: 7001 },
      ],
      tls: true,
    });
  });

  it.each([
    "",
    "localhost:6379",
    "http://localhost",
    "redis://",
    "redis://hunter2@a b",
    "redis://:hunter2@host:0",
    "redis://:hunter2@host:70000",
    "redis://:hunter2@host/one",
    "redis://:hunter2%zz@host",
    "redis://:hunter2@a,b",
    "redis+sentinel://:hunter2@a",
    "redis+sentinel://:hunter2@a/name/0/1",
    "redis+cluster://:hunter2@a/1",
    "redis+cluster://:hunter2@a,,b",
  ])("is refused, without a word of what is in it, where it is %j", (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^The Redis address is not valid: [^.]+\. It has the form redis:\/\/user:password@host:6379\/0, /);
    try {
      parseRedisUrl(url);
    } catch (error) {
      expect(String(error)).not.toContain("hunter2");
    }
  });
});
