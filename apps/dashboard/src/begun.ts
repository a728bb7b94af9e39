declare global {
  var keywrightBegun: Map<string, Promise<Response>> | undefined;
}

/** What `public/begin.js` has asked for already, where it is this; each answer is for one call. */
export const takeBegun = (url: string, method = "GET"): Promise<Response> | undefined => {
  const begun = globalThis.keywrightBegun;
  const path = url.startsWith(location.origin) ? url.slice(location.origin.length) : url;
  if (begun === undefined || method !== "GET") return undefined;
  const answer = begun.get(path);
  begun.delete(path);
  return answer;
};

/** Nobody has signed in: what was answered to nobody is for nobody who does later. */
export const forgetBegun = (): void => globalThis.keywrightBegun?.clear();
