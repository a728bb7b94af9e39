import { createHash } from "node:crypto";
import { errorCodes, errors } from "@keywright/contract";

/** A page and the Content-Security-Policy under which it works. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:48rem;padding:0 1rem;color-scheme:light dark}
h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 0}h2:target{outline:2px solid;outline-offset:.25rem}p{margin:.25rem 0}`;

/** The source that allows one inline script or style in a policy. */
export const hashSource = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The catalogue of errors as a page: where the `type` of a problem leads. */
export const createErrorsPage = (): Page => {
  const entries = errorCodes.map((code) => {
    const { status, title, doc } = errors[code];
    return `<section><h2 id="${code}">${code}</h2><p>${status} · ${escapeHtml(title)}</p><p>${escapeHtml(doc)}</p></section>`;
  });
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Keywright: errors</title><style>${style}</style></head>
<body><main><h1>Errors</h1><p>Every error is answered as problem details (RFC 9457) with one of these codes. See also <a href="/docs">the API</a>.</p>
${entries.join("\n")}
</main></body>
</html>
`;
  return { html, policy: `default-src 'none'; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` };
};

const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/`([^`]+)`/g, "<code>$1</code>");
