import { createStore, remember } from "../store.ts";

export type Theme = "light" | "dark" | "system";

const isTheme = (text: string | undefined): text is Theme => text === "light" || text === "dark";

const remembered = remember.read("theme");

export const theme = createStore<Theme>(isTheme(remembered) ? remembered : "system");

/** The style sheet follows `data-theme`, or the system where there is none; `theme.js` sets it before the first paint. */
export const chooseTheme = (chosen: Theme): void => {
  theme.write(chosen);
  remember.write("theme", chosen === "system" ? undefined : chosen);
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
};
