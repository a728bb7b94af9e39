/** A browser without scripts: keeps each host's cookies, follows redirects, and fills in forms. */
export interface Browser {
  /** Where it ends: at a page that is no redirect. */
  open(url: string, accept?: string): Promise<Page>;
  /** Sends a form, and follows as `open` does. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Page>;
  /** One call without a redirect, as a page's script makes it. */
  call(url: string, options?: { readonly method?: string; readonly body?: object; readonly headers?: Readonly<Record<string, string>> }): Promise<Page>;
  /** Every address that it has come by, newest last. */
  readonly visited: string[];
  /** Another one that has the same cookies, or those of this host alone. */
  copy(host?: string): Browser;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a stranger's view of the API has no types
  readonly json: any;
}

/** More than any sign-in has. */
const maxSteps = 20;

export const newBrowser = (jar: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map()): Browser => {
  const cookies = new Map([...jar].map(([host, own]) => [host, new Map(own)]));
  const visited: string[] = [];
  const ask = async (url: string, options: RequestInit): Promise<Response> => {
    visited.push(url);
    const own = cookies.get(new URL(url).host) ?? new Map<string, string>();
    cookies.set(new URL(url).host, own);
    const headers = new Headers(options.headers);
    headers.set("cookie", [...own].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const text of response.headers.getSetCookie()) keep(own, text);
    return response;
  };
  const land = async (url: string, response: Response): Promise<Page> => {
    const text = await response.text();
    return { url, status: response.status, text, json: parse(text) };
  };
  const follow = async (url: string, options: RequestInit, step = 0): Promise<Page> => {
    const response = await ask(url, options);
    const location = response.headers.get("location");
    if (location === null || step > maxSteps) return land(url, response);
    await response.arrayBuffer();
    return follow(new URL(location, url).href, { headers: { accept: new Headers(options.headers).get("accept") ?? "*/*" } }, step + 1);
  };
  return {
    visited,
    open: (url, accept = "text/html") => follow(url, { headers: { accept } }),
    call: async (url, { method = "GET", body, headers = {} } = {}) =>
      land(
        url,
        await ask(url, {
          method,
          headers: { origin: new URL(url).origin, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    copy: (host) => newBrowser(new Map([...cookies].filter(([name]) => host === undefined || name === host))),
    submit: (url: string, fields: Readonly<Record<string, string>>) =>
      follow(url, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "text/html" } }),
  } satisfies Browser;
};

const keep = (own: Map<string, string>, text: string): void => {
  const [pair = "", ...attributes] = text.split(";");
  const [name = "", ...value] = pair.split("=");
  const isGone = attributes.some((attribute) => /^ ?(?:max-age=0|expires=thu, 01 jan 1970.*)$/i.test(attribute));
  if (isGone) own.delete(name);
  else own.set(name, value.join("="));
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
