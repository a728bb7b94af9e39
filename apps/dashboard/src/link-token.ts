/**
 * The token behind the `#` of a link that was mailed. It is taken out of the address at once: neither the history of the browser nor whoever looks at
 * the screen has it afterwards, and it is kept nowhere but in the page.
 */
export const takeLinkToken = (): string | undefined => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
  if (token !== undefined) history.replaceState(history.state, "", location.pathname + location.search);
  return token === "" ? undefined : token;
};
