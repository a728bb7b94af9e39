import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Mailer, Unavailable } from "@keywright/core";

export interface OutboxOptions {
  /** Made where it is not there, for its owner alone. */
  readonly folder: string;
  /** Told of each mail; with the first link in it, for who sits at the machine. */
  readonly onMail: (mail: { readonly to: string; readonly subject: string; readonly link: string | undefined; readonly file: string }) => void;
  /** Mails that are kept; the oldest go first. */
  readonly maxKept?: number;
}

/** Mails as files, where there is no SMTP server: for trying things on one's own machine. */
export const createOutboxMailer = ({ folder, onMail, maxKept = 500 }: OutboxOptions): Mailer => {
  const state = { last: Promise.resolve() };
  const write = async ({ to, subject, text }: Parameters<Mailer["send"]>[0]): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${new Date().toISOString().replaceAll(":", "-")}-${randomBytes(4).toString("hex")}.txt`);
    await writeFile(file, `To: ${oneLine(to)}\nSubject: ${oneLine(subject)}\n\n${text}`, { mode: 0o600, flag: "wx" });
    const mails = (await readdir(folder)).filter((name) => name.endsWith(".txt")).sort();
    for (const name of mails.slice(0, Math.max(0, mails.length - maxKept))) await rm(join(folder, name), { force: true });
    onMail({ to, subject, link: /https?:\/\/\S+/.exec(text)?.[0], file });
  };
  return {
    send: (mail) => {
      // One after the other: two that clear out at once would count each other's.
      const written = state.last.then(() => write(mail));
      state.last = written.catch(() => {});
      return written.catch((error: unknown) => {
        throw new Unavailable("mailer", error);
      });
    },
  } satisfies Mailer;
};

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, " ");
