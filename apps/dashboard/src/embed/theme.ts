import type { Theme } from "./messages.ts";

/** Colours of `app.css` that a page around the frame may choose. */
const colours = [
  "ground",
  "surface",
  "sunken",
  "hover",
  "line",
  "edge",
  "ink",
  "quiet",
  "accent",
  "accent-ground",
  "primary",
  "primary-hover",
  "primary-ink",
  "danger",
  "danger-hover",
  "danger-ink",
] as const;

export const themeNames: readonly string[] = [...colours, "radius", "font-family", "color-scheme"];

/** One colour, written out: nothing that refers to something else, asks for a file or ends the declaration. */
const colour = /^(?:#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch)\([0-9a-z\s.,%/+-]{1,60}\))$/i;
const length = /^\d{1,2}(?:\.\d{1,3})?(?:px|rem)$/;
/** Names of fonts that the device has; the policy lets none be fetched. */
const fonts = /^[\w\s"',-]{1,200}$/;

/** Custom properties of the frame's own style sheet, from what the page around it has said; what is none of the above is left out. */
export const propertiesOf = (theme: Theme): Readonly<Record<string, string>> => {
  const { radius = "", "font-family": family = "" } = theme;
  const chosen = colours.flatMap((name) => {
    const value = theme[name];
    return typeof value === "string" && colour.test(value) ? [[`--${name}`, value] as const] : [];
  });
  return {
    ...Object.fromEntries(chosen),
    ...(length.test(radius) && { "--radius-md": `calc(${radius} * 0.75)`, "--radius-lg": radius, "--radius-xl": `calc(${radius} * 1.5)` }),
    ...(fonts.test(family) && { "font-family": family }),
  };
};

/** What the page around the frame is; `undefined`: both, as the device has it. */
export const schemeOf = ({ "color-scheme": scheme }: Theme): "light" | "dark" | undefined => {
  const named = String(scheme).split(/\s+/);
  if (named.includes("light") && named.includes("dark")) return undefined;
  return named.includes("dark") ? "dark" : "light";
};

const applied = new Set<string>();

export const applyTheme = (theme: Theme): void => {
  const { style, dataset } = document.documentElement;
  const properties = propertiesOf(theme);
  for (const name of applied) style.removeProperty(name);
  applied.clear();
  for (const [name, value] of Object.entries(properties)) {
    style.setProperty(name, value);
    applied.add(name);
  }
  const scheme = schemeOf(theme);
  if (scheme === undefined) delete dataset["theme"];
  else dataset["theme"] = scheme;
};
