import { Writable } from "node:stream";
import { Secret } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

const key = `pm_live_${"A".repeat(32)}`;

const linesOf = (write: (logger: ReturnType<typeof createLogger>) => void): string[] => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  write(createLogger({ level: "info", destination }));
  return lines;
};

describe("createLogger", () => {
  it("writes one JSON line a message, with its level and time in words", () => {
    const [line = ""] = linesOf((logger) => logger.info({ request_id: "req_1" }, "request served"));
    expect(line.endsWith("\n")).toBe(true);
    expect(JSON.parse(line)).toEqual({ level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/), request_id: "req_1", msg: "request served" });
  });

  it("writes nothing below its level", () => {
    expect(linesOf((logger) => logger.debug("x"))).toEqual([]);
  });

  it.each([
    ["a message", (logger) => logger.info(`the key ${key} is bad`)],
    ["a field", (logger) => logger.info({ anything: { deep: [key] } })],
    ["an error and its cause", (logger) => logger.error({ err: new Error(key, { cause: new Error(key) }) })],
    ["a child's binding", (logger) => logger.child({ key }).info("x")],
  ] as [string, (logger: ReturnType<typeof createLogger>) => void][])("cuts a key out of %s", (_, write) => {
    const text = linesOf(write).join("");
    expect(text).toContain("pm_live_…");
    expect(text).not.toContain("AAAA");
  });

  it.each(["authorization", "x-api-key", "x-keywright-root-key", "cookie", "set-cookie", "proxy-authorization"])(
    "shows no %s header, whatever it holds",
    (name) => {
      const text = linesOf((logger) => {
        logger.info({ headers: { [name]: "hidden" } });
        logger.info({ req: { headers: { [name]: "hidden" } } });
        logger.info({ [name]: "hidden" });
      }).join("");
      expect(text).not.toContain("hidden");
      expect(text.match(/\[redacted\]/g)).toHaveLength(3);
    },
  );

  it("shows a Secret as nothing", () => {
    expect(linesOf((logger) => logger.info({ secret: new Secret("hidden") })).join("")).not.toContain("hidden");
  });
});
