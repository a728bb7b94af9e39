import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface Arrived {
  readonly to: string;
  /** The header of this name, unfolded; empty: there is none. */
  readonly header: (name: string) => string;
  /** Headers and all, with the transport's encoding undone. */
  readonly whole: string;
}

/** An SMTP server that is there when it is wanted. */
export interface Mailbox {
  readonly mails: readonly Arrived[];
  open(): Promise<void>;
  close(): Promise<void>;
}

export const createMailbox = (port: number): Mailbox => {
  const mails: Arrived[] = [];
  const state: { server: SMTPServer | undefined } = { server: undefined };
  return {
    mails,
    open: async () => {
      const server = new SMTPServer({
        disabledCommands: ["STARTTLS", "AUTH"],
        onData: (stream, { envelope }, done) => {
          text(stream).then((body) => {
            mails.push(toArrived(envelope.rcptTo.map(({ address }) => address).join(), body));
            done();
          }, done);
        },
      });
      server.on("error", () => {});
      state.server = server;
      await once(server.listen(port, "127.0.0.1"), "listening");
    },
    close: () => new Promise((resolve) => (state.server === undefined ? resolve() : state.server.close(resolve))),
  };
};

const toArrived = (to: string, body: string): Arrived => {
  const head = body.slice(0, body.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  const whole = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_sign, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { to, whole, header: (name) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "" };
};
