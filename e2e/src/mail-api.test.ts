import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOperator, cleanEnv, type Keywright, quickBcrypt, type Reply, removeFolder, root, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

/** How long the load lasts; minutes, where somebody wants to see that. */
const loadSeconds = Number(process.env["LOAD_SECONDS"] ?? 4);

let folder: string;
let keywright: Keywright;
let smtp: SMTPServer;
let api: { readonly base: string; readonly process: ChildProcess };
const mails: string[] = [];

beforeAll(async () => {
  folder = await copyTemplate("mail-api");
  keywright = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
  smtp = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  smtp.listen(0, "127.0.0.1");
  await once(smtp.server, "listening");
  const address = smtp.server.address();
  api = await startMailApi(`smtp://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});

afterAll(async () => {
  api?.process.kill("SIGKILL");
  await new Promise<void>((resolve) => smtp.close(resolve));
  await keywright?.stop();
  await removeFolder(folder);
});

/** The example's one command, without the build before it. */
const startMailApi = async (smtpUrl: string): Promise<typeof api> => {
  const env = { KEYWRIGHT_URL: keywright.base, KEYWRIGHT_ROOT_KEY: keywright.rootKey ?? "", SMTP_URL: smtpUrl, PORT: "0" };
  const child = spawn(process.execPath, [join(root, "examples/mail-api/dist/main.js")], { env: cleanEnv(env), stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    const base = /ready at (\S+)/.exec(String(chunk))?.[1];
    if (base !== undefined) return { base, process: child };
  }
  throw new Error("The mail API did not start.");
};

const call = async (key: string | undefined, ...[method, path, body]: readonly [method: string, path: string, body?: object | undefined]) => {
  const response = await fetch(api.base + path, {
    method,
    headers: { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: (text === "" ? undefined : JSON.parse(text)) as Reply["json"] };
};

const mail = { to: "ada@example.com", subject: "Hello", text: "It works." };

describe("the mail API", () => {
  it("sends mail, keeps contacts and shows analytics, each for keys with its scope and for their own tenant", async () => {
    const operator = asOperator(keywright, keywright.rootKey);
    const [acme, other] = [await operator.createTenant(), await operator.createTenant()];
    const key = async (tenantId: string, ...scopes: string[]): Promise<string> => (await operator.createKey(tenantId, { scopes })).key;
    const [mailer, manager, analyst, stranger] = [
      await key(acme.id, "send_email"),
      await key(acme.id, "manage_contacts"),
      await key(acme.id, "read_analytics"),
      await key(other.id, "manage_contacts", "read_analytics"),
    ];
    const sent = await call(mailer, "POST", "/v1/emails", mail);
    expect([sent.status, sent.json.status]).toEqual([202, "sent"]);
    expect(sent.headers.get("ratelimit")).toMatch(/"rate";r=\d+/);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(/^To: ada@example\.com\r$/m);
    expect((await call(mailer, "POST", "/v1/emails", { ...mail, subject: "Hello\r\nBcc: eve@example.com" })).status).toBe(400);
    expect((await call(undefined, "POST", "/v1/emails", mail)).status).toBe(401);
    expect((await call(analyst, "POST", "/v1/emails", mail)).json).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    expect(mails).toHaveLength(1);

    const created = await call(manager, "POST", "/v1/contacts", { email: "ada@example.com", name: "Ada" });
    expect(created).toMatchObject({ status: 201, json: { email: "ada@example.com", name: "Ada" } });
    const path = `/v1/contacts/${created.json.id}`;
    expect((await call(manager, "POST", "/v1/contacts", { email: "ada@example.com", name: "Ada" })).status).toBe(409);
    expect((await call(manager, "PATCH", path, { name: "Ada L." })).json.name).toBe("Ada L.");
    expect((await call(manager, "GET", path)).json.name).toBe("Ada L.");
    expect((await call(manager, "GET", "/v1/contacts")).json.data).toHaveLength(1);
    for (const method of ["GET", "DELETE"]) expect((await call(stranger, method, path)).status).toBe(404);
    expect((await call(analyst, "GET", "/v1/analytics")).json).toMatchObject({ emails: 1, contacts: 1 });
    expect((await call(stranger, "GET", "/v1/analytics")).json).toMatchObject({ emails: 0, contacts: 0 });
    expect((await call(manager, "DELETE", path)).status).toBe(204);
    expect((await call(manager, "GET", path)).status).toBe(404);
  });

  it(
    "accounts for every response under load, with a revoke, a rotation and a tier change in the middle",
    async () => {
      const operator = asOperator(keywright, keywright.rootKey);
      const [wide, narrow] = [await operator.createTenant(), await operator.createTenant({ tier: "starter", rate_limit: { limit: 5, window_seconds: 60 } })];
      const key = (tenantId: string) => operator.createKey(tenantId, { scopes: ["send_email", "manage_contacts", "read_analytics"] });
      const subjects = [await key(wide.id), await key(wide.id), await key(narrow.id)].map((made) => ({ id: made.id as string, key: made.key as string }));
      const [revoked, rotated, limited] = subjects as [{ id: string; key: string }, { id: string; key: string }, { id: string; key: string }];
      const load = runLoad(subjects.map((subject) => subject.key));
      const after = (share: number) => new Promise((resolve) => setTimeout(resolve, loadSeconds * share * 1000));

      await after(0.4);
      await operator.revoke(revoked.id, "leaked");
      load.expect(revoked.key, [401]);
      await operator.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${rotated.id}/regenerate`, body: { grace_seconds: 0 } });
      load.expect(rotated.key, [401]);
      expect(load.counts(limited.key).get(429) ?? 0).toBeGreaterThan(0);
      const rate_limit = { limit: 1_000_000, window_seconds: 1 };
      await operator.must(200, { method: "PATCH", path: `/api/v1/platform/tenants/${narrow.id}`, body: { tier: "enterprise", rate_limit } });
      load.expect(limited.key, [200, 202]);
      await after(0.6);
      await load.stop();

      for (const subject of subjects) {
        const counts = load.counts(subject.key);
        const usage = await operator.must(200, { path: `/api/v1/platform/api-keys/${subject.id}/usage?granularity=hour` });
        const admitted = (counts.get(200) ?? 0) + (counts.get(202) ?? 0);
        const refused = (counts.get(401) ?? 0) + (counts.get(429) ?? 0);
        expect(admitted + refused).toBe(load.sent(subject.key));
        expect(usage.requests).toBe(load.sent(subject.key));
        expect(Object.values(usage.errors as Record<string, number>).reduce((sum, one) => sum + one, 0)).toBe(refused);
        expect([...counts.keys()].filter((status) => ![200, 202, 401, 429].includes(status))).toEqual([]);
      }
      expect(load.surprises).toEqual([]);
    },
    loadSeconds * 1000 + 120_000,
  );

  it("stops when it is told to, and leaves no request behind", async () => {
    api.process.kill("SIGTERM");
    await once(api.process, "exit");
    expect([api.process.exitCode, api.process.signalCode]).toEqual([0, null]);
  });
});

const calls = [
  ["GET", "/v1/contacts", undefined],
  ["POST", "/v1/emails", mail],
  ["GET", "/v1/analytics", undefined],
] as const;

/** Two callers a key, one request after the other, until they are stopped. */
const runLoad = (keys: readonly string[]) => {
  const state = { isOver: false };
  const seen = new Map(keys.map((key) => [key, { sent: 0, counts: new Map<number, number>(), allowed: undefined as readonly number[] | undefined }]));
  const surprises: string[] = [];
  const of = (key: string) => {
    const found = seen.get(key);
    if (found === undefined) throw new Error("There is no load with this key.");
    return found;
  };
  const loop = async (key: string): Promise<void> => {
    const mine = of(key);
    for (let turn = 0; !state.isOver; turn++) {
      const [method, path, body] = calls[turn % calls.length] ?? calls[0];
      // What was agreed before the request was sent holds for its answer.
      const { allowed } = mine;
      mine.sent++;
      const { status } = await call(key, method, path, body);
      mine.counts.set(status, (mine.counts.get(status) ?? 0) + 1);
      if (allowed !== undefined && !allowed.includes(status)) surprises.push(`${method} ${path}: ${status} instead of ${allowed.join(" or ")}`);
    }
  };
  const loops = Promise.all(keys.flatMap((key) => [loop(key), loop(key)]));
  return {
    surprises,
    sent: (key: string) => of(key).sent,
    counts: (key: string) => of(key).counts,
    expect: (key: string, allowed: readonly number[]) => {
      of(key).allowed = allowed;
    },
    stop: async () => {
      state.isOver = true;
      await loops;
    },
  };
};
