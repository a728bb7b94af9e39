import { AppError, inMarkup } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashSource } from "../docs/page.ts";
import type { ClientIp } from "./client-ip.ts";
import { readSingle } from "./header.ts";

/** Where a person ends their reminders by the link of a mail, without signing in. */
export const leavePath = "/reminders/leave";

export interface LeaveDeps {
  /** Core's `whoLeaves` with its engine: the address that a token is for; throws where it is for none. */
  readonly whoLeaves: (token: string) => string;
  /** Core's `leaveReminders` with its engine. */
  readonly leaveReminders: (token: string, caller: { readonly ip: string | null; readonly requestId: string }) => Promise<void>;
}

interface DoorDeps extends LeaveDeps {
  readonly clientIp: ClientIp;
}

/** What a mail program sends along is one short field, which says nothing that the address does not. */
const maxBodyBytes = 8_192;

/**
 * `GET` shows a button, for programs that follow every link of a mail; `POST` ends the reminders, which a mail program may do by itself (RFC 8058: no cookie, no
 * further question). The token is all that counts: who has it reads the person's mail, and can do this one thing with it.
 */
export const mountLeave = (app: FastifyInstance, deps: DoorDeps): void => {
  void app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser("*", { parseAs: "string", bodyLimit: maxBodyBytes }, (_request, _text, done) => done(null, undefined));
    door.get(leavePath, async (request, reply) => {
      const person = valid(() => deps.whoLeaves(tokenOf(request)));
      return person === undefined ? send(reply.code(400), notValid) : send(reply, question(person));
    });
    door.post(leavePath, async (request, reply) => {
      const token = tokenOf(request);
      if (valid(() => deps.whoLeaves(token)) === undefined) return send(reply.code(400), notValid);
      const ip = deps.clientIp.of(request.raw.socket.remoteAddress, readSingle(request.raw.headers, "x-forwarded-for"));
      await deps.leaveReminders(token, { ip, requestId: request.id });
      return send(reply, done);
    });
  });
};

const tokenOf = ({ raw }: FastifyRequest): string => new URLSearchParams(raw.url?.split("?").slice(1).join("?")).get("token") ?? "";

const valid = (look: () => string): string | undefined => {
  try {
    return look();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
};

const style =
  "body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:36rem;padding:0 1rem;color-scheme:light dark}button{font:inherit;padding:.5rem 1rem}";
/** The form goes to the page's own address, which has the token. */
const policy = `default-src 'none'; style-src ${hashSource(style)}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

interface Text {
  readonly title: string;
  readonly body: string;
}

const question = (person: string): Text => ({
  title: "No more reminders?",
  body: `<p>Keywright reminds ${inMarkup(person)} of API keys that are old or end soon.</p><form method="post"><button>Send me no more</button></form>`,
});

const done: Text = {
  title: "You get no more reminders",
  body: '<p>Should you want them again: sign in, and choose so in <a href="/dashboard/account">your account</a>.</p>',
};

const notValid: Text = {
  title: "This link is not valid",
  body: '<p>It is incomplete, or not of this installation. Open the link of a mail as a whole; or sign in, and choose in <a href="/dashboard/account">your account</a>.</p>',
};

const send = (reply: FastifyReply, { title, body }: Text): FastifyReply =>
  reply
    .header("content-security-policy", policy)
    .type("text/html; charset=utf-8")
    .send(
      `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`,
    );
