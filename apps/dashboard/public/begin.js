// Before the first paint, so that a dark page is never white for a moment; and while the pages' scripts are on their way.
const remembered = (name) => {
  try {
    return localStorage.getItem(`keywright.${name}`);
  } catch {
    // Storage is switched off: the system's theme holds, and nobody is known to have been here.
    return null;
  }
};

const theme = remembered("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

// What the first page will ask for is asked now. `src/begun.ts` hands each answer to the call that it is for, whose address must be the same.
const tenant = remembered("tenant");
const deadlineMs = 15_000;
const ask = (path) => {
  const headers = { accept: "application/json", ...(tenant !== null && { "x-keywright-tenant": tenant }) };
  const answer = fetch(path, { headers, credentials: "same-origin", signal: AbortSignal.timeout(deadlineMs) });
  // Whoever takes it hears of a failure.
  answer.catch(() => {});
  return [path, answer];
};
const begin = () => {
  const visited = remembered("visited");
  const isList = /^\/dashboard(?:\/settings\/developers\/api-keys)?\/?$/.test(location.pathname) && location.search === "";
  const id = encodeURIComponent(tenant ?? "");
  return [
    "/api/auth/get-session",
    ...(visited === null ? [] : ["/api/v1/platform/me"]),
    ...(visited === "operator" ? ["/api/v1/platform/tenants?limit=100"] : []),
    ...(visited !== null && tenant !== null && isList ? [`/api/v1/platform/api-keys?tenant_id=${id}&limit=50`] : []),
  ].map(ask);
};
globalThis.keywrightBegun = new Map(begin());
