import { AppError } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { createStubApp } from "../testing/stub-app.ts";

const path = "/reminders/leave";
const form = { "content-type": "application/x-www-form-urlencoded" };

/** Knows one token, which is of somebody with a hostile address. */
const open = () => {
  const left: unknown[] = [];
  const { app, lines } = createStubApp({
    whoLeaves: (token) => {
      if (token !== "1.good") throw new AppError("LINK_NOT_VALID");
      return '"<b>ada</b>"@example.com';
    },
    leaveReminders: async (token, caller) => void left.push([token, caller.ip]),
  });
  return { app, left, lines };
};

describe("the link of a mail", () => {
  it("shows a button, and changes nothing: programs follow links too", async () => {
    const { app, left } = open();
    const { statusCode, headers, body } = await app.inject(`${path}?token=1.good`);
    expect([statusCode, headers["content-type"], headers["cache-control"], headers["referrer-policy"]]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-store",
      "no-referrer",
    ]);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*form-action 'self'; frame-ancestors 'none'/);
    expect(body).toContain('<form method="post"><button>');
    expect(body).toContain("&quot;&lt;b&gt;ada&lt;/b&gt;&quot;@example.com");
    expect(body).not.toContain("<b>");
    expect((await app.inject({ method: "HEAD", url: `${path}?token=1.good` })).statusCode).toBe(200);
    expect(left).toEqual([]);
  });

  it.each([form, { "content-type": "multipart/form-data; boundary=x" }, {}])("ends the reminders by one POST, without a cookie, as %j", async (headers) => {
    const { app, left, lines } = open();
    const payload = headers === form ? "List-Unsubscribe=One-Click" : "";
    const foreign = { origin: "https://mail.example.org", ...headers };
    const answer = await app.inject({ method: "POST", url: `${path}?token=1.good`, headers: foreign, payload });
    expect([answer.statusCode, answer.body.includes("You get no more reminders")]).toEqual([200, true]);
    expect(left).toEqual([["1.good", "127.0.0.1"]]);
    expect(lines.join()).not.toContain("1.good");
  });
});

describe("400", () => {
  it.each(["", "?token=", "?token=1.bad", "?other=1.good", `?token=${"x".repeat(3_000)}`])("says that %s is no link of ours", async (query) => {
    const { app, left } = open();
    for (const method of ["GET", "POST"] as const) {
      const { statusCode, body } = await app.inject({ method, url: path + query, headers: form, payload: method === "POST" ? "a=b" : "" });
      expect([statusCode, body.includes("This link is not valid")]).toEqual([400, true]);
    }
    expect(left).toEqual([]);
  });
});

describe("other refusals", () => {
  it("take no other method and no large body", async () => {
    const { app } = open();
    expect(await app.inject({ method: "DELETE", url: path })).toMatchObject({ statusCode: 405, headers: { allow: "GET, HEAD, POST" } });
    expect((await app.inject({ method: "POST", url: `${path}?token=1.good`, headers: form, payload: "x".repeat(9_000) })).statusCode).toBe(413);
  });
});
