import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/** A product of its own: a page with `<keywright-keys>` in it, and a backend that asks Keywright for sessions. */
export interface HostPage {
  readonly origin: string;
  /** How often the page has asked its backend for a token. */
  readonly asked: () => number;
  close(): Promise<void>;
}

interface HostDeps {
  /** Where Keywright is, once it is there. */
  readonly keywright: () => string;
  /** The token of a new session, as the backend gets it. */
  readonly mint: () => Promise<string>;
}

const style = `keywright-keys {
  --keywright-accent: #0a6b5c;
  --keywright-radius: 3px;
  --keywright-font-family: Georgia, serif;
  --keywright-danger: url(https://elsewhere.example/x);
}`;

/** What happens, as the page hears of it. */
const script = `window.heard = [];
for (const name of ["created", "regenerated", "revoked", "error"])
  document.addEventListener("keywright:" + name, ({ detail }) => window.heard.push({ name, detail }));
document.querySelector("keywright-keys").getToken = async () => {
  const response = await fetch("/session", { method: "POST" });
  if (!response.ok) throw new Error("There is no session.");
  return response.text();
};`;

const page = (keywright: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Settings of a product</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">
<script type="module" src="${keywright}/embed/keywright-keys.js"></script><script type="module" src="/page.js"></script></head>
<body><main><h1>Settings</h1><keywright-keys src="${keywright}"></keywright-keys></main></body>
</html>`;

/** The strictest policy that the component works under. */
const policyFor = (keywright: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${keywright}`,
    `frame-src ${keywright}`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

export const openHostPage = async ({ keywright, mint }: HostDeps): Promise<HostPage> => {
  const state = { asked: 0 };
  const send = (response: ServerResponse, type: string, text: string): void => {
    response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-security-policy": policyFor(keywright()), "cache-control": "no-store" });
    response.end(text);
  };
  const session = async (response: ServerResponse): Promise<void> => {
    state.asked += 1;
    try {
      send(response, "text/plain", await mint());
    } catch {
      response.writeHead(502).end();
    }
  };
  const server = createServer((request, response) => {
    if (request.url === "/session") void session(response);
    else if (request.url === "/style.css") send(response, "text/css", style);
    else if (request.url === "/page.js") send(response, "text/javascript", script);
    else send(response, "text/html", page(keywright()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked: () => state.asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
