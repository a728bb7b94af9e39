/** What the frame and the element around it say to each other, as plain data. The element is a script of its own and shares types alone. */

/** The frame is there, and says which `--keywright-…` properties it follows. */
interface Ready {
  readonly keywright: "ready";
  readonly theme: readonly string[];
}
/** A token is wanted: the one that there was has ended, or will. */
interface Wanted {
  readonly keywright: "token";
}
interface Height {
  readonly keywright: "height";
  /** Of what is to be seen, in CSS pixels. */
  readonly px: number;
}
/** What was done to a key: never anything of the key but its id. */
interface Happened {
  readonly keywright: "event";
  readonly name: "created" | "regenerated" | "revoked";
  readonly id: string;
}
export type FromFrame = Ready | Wanted | Height | Happened;

export type Theme = Readonly<Record<string, string>>;

interface Session {
  readonly keywright: "session";
  readonly token: string;
  readonly theme: Theme;
}
interface Themed {
  readonly keywright: "theme";
  readonly theme: Theme;
}
export type ToFrame = Session | Themed;
