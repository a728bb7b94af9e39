import { createClient } from "@keywright/sdk";
import { queryClient, tenantChoice, transport } from "../api.ts";
import { meSource, type Standing } from "../me.ts";
import { createStore } from "../store.ts";
import type { FromFrame, ToFrame } from "./messages.ts";
import { applyTheme, themeNames } from "./theme.ts";

interface Session {
  readonly token: string;
  /** The origin of the page that handed the token over, as the browser says it. */
  readonly embedder: string;
}

/** `open`: the page is shown. `refused`: the token that was handed over last was none. */
export const stage = createStore<"waiting" | "open" | "refused">("waiting");

const held = createStore<Session | undefined>(undefined);

const patienceMs = 10_000;
const soonestMs = 10_000;
const latestMs = 3_000_000;

/** To the page around the frame, once it is known which one that is. */
const tell = (message: FromFrame): void => {
  const session = held.read();
  if (session !== undefined) window.parent.postMessage(message, session.embedder);
};

/** What is told before holds nothing that anybody may not know. */
const announce = (message: FromFrame): void => window.parent.postMessage(message, "*");

/** Asks for another token: in vain, or too late, where the former one is still there a while later. */
const renew = (former: Session): Promise<Session | undefined> => {
  announce({ keywright: "token" });
  return new Promise((resolve) => {
    const end = (session: Session | undefined): void => {
      clearTimeout(timer);
      unfollow();
      resolve(session);
    };
    const unfollow = held.follow(() => end(held.read()));
    const timer = setTimeout(() => end(undefined), patienceMs);
    if (held.read() !== former) end(held.read());
  });
};

export const askAgain = (): void => {
  stage.write("waiting");
  announce({ keywright: "token" });
  losePatience();
};

/** A page that hands nothing over is not waited for in silence; should it do so later, that is taken all the same. */
const losePatience = (): void =>
  void setTimeout(() => {
    if (stage.read() === "waiting") stage.write("refused");
  }, patienceMs);

/** A call by the session's token, and by nothing that the browser would send by itself. */
const send = ({ token, embedder }: Session, ...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
  const headers = new Headers(init?.headers);
  headers.set("authorization", `Bearer ${token}`);
  headers.set("x-keywright-embedder", embedder);
  return fetch(input, { ...init, headers, credentials: "omit" });
};

/** A call that was refused for its token has done nothing: it goes once more with the next one. */
const carry: typeof fetch = async (input, init) => {
  const session = held.read();
  if (session === undefined) throw new TypeError("There is no session.");
  const response = await send(session, input, init);
  const next = response.status === 401 ? await renew(session) : undefined;
  if (response.status === 401 && next === undefined) stage.write("refused");
  const answered = next === undefined ? response : await send(next, input, init);
  const name = changeOf(new URL(String(input), location.origin).pathname, init?.method);
  // A copy of an answer that nobody reads, such as one without an end, would be kept.
  if (answered.ok && name !== undefined) void tellChange(name, answered.clone());
  return answered;
};

const keys = "/api/v1/platform/api-keys";

const tellChange = async (name: NonNullable<ReturnType<typeof changeOf>>, answered: Response): Promise<void> => {
  const { id } = (await answered.json()) as { readonly id?: unknown };
  if (typeof id === "string") tell({ keywright: "event", name, id });
};

const changeOf = (path: string, method: string | undefined) => {
  if (!path.startsWith(keys)) return undefined;
  if (method === "DELETE") return "revoked";
  if (method !== "POST") return undefined;
  if (path === keys) return "created";
  return path.endsWith("/regenerate") ? "regenerated" : undefined;
};

const look = async (session: Session) =>
  createClient({ baseUrl: location.origin, fetch: (input, init) => send(session, input, init), retries: 1 }).call("get-embed-session");

/** Takes a token that is for the page it came from; the server says whether it is. */
const open = async (session: Session): Promise<void> => {
  const told = await look(session).catch(() => undefined);
  if (told === undefined) {
    if (stage.read() !== "open") stage.write("refused");
    return;
  }
  const standing: Standing = {
    tenantId: told.tenant_id,
    tenantName: told.tenant_name,
    isSuspended: false,
    role: told.role,
    memberId: told.member_id,
    permissions: told.permissions as Standing["permissions"],
    isManaged: true,
  };
  const account = { id: "", email: "", name: "", is_operator: false, must_change_password: false, two_factor_enabled: false };
  meSource.write(async () => ({ account, standings: [standing] }));
  tenantChoice.write(told.tenant_id);
  transport.write(carry);
  held.write(session);
  queryClient.setQueryData(["me"], { account, standings: [standing] });
  stage.write("open");
  void queryClient.invalidateQueries();
  const restMs = (Date.parse(told.expires_at) - Date.now()) * 0.8;
  // A clock that is wrong asks too early or too late; too late is what `carry` is for.
  setTimeout(() => tell({ keywright: "token" }), Math.min(Math.max(restMs, soonestMs), latestMs));
};

/** The page around the frame, and no other window; and once a token of its was good, no page of another origin in its place. */
const hear = ({ source, origin, data }: MessageEvent): void => {
  const session = held.read();
  if (source !== window.parent || window.parent === window || (session !== undefined && origin !== session.embedder)) return;
  const message = data as ToFrame | null;
  if (message?.keywright !== "session" && message?.keywright !== "theme") return;
  if (typeof message.theme === "object" && message.theme !== null) applyTheme(message.theme);
  if (message.keywright === "session" && typeof message.token === "string") void open({ token: message.token, embedder: origin });
};

export const begin = (): void => {
  transport.write(carry);
  window.addEventListener("message", hear);
  announce({ keywright: "ready", theme: themeNames });
  losePatience();
};

export const tellHeight = (px: number): void => announce({ keywright: "height", px });
