import type { FlagName } from "@keywright/core";
import { InMemoryProvider, type Provider } from "@openfeature/server-sdk";
import { createOfrepProvider } from "./ofrep-provider.ts";

/** Where flags are turned. */
export type FlagSource =
  /** The defaults, and nothing else. */
  | { readonly type: "environment" }
  /** JSON as flagd has it, read again when it has changed. */
  | { readonly type: "file"; readonly file: string }
  /** The address of flagd, or of another server that speaks OFREP, such as `http://flagd:8016`. */
  | { readonly type: "server"; readonly url: string };

interface ProviderOptions {
  readonly defaults: Readonly<Record<FlagName, boolean>>;
  readonly deadlineMs: number;
}

export const createProvider = async (source: FlagSource, { defaults, deadlineMs }: ProviderOptions): Promise<Provider> => {
  if (source.type === "server") return createOfrepProvider({ url: source.url, deadlineMs });
  if (source.type === "environment") return createFixedProvider(defaults);
  // The evaluation of flagd's rules takes a third of a second to load.
  const { createFileProvider } = await import("./file-provider.ts");
  return createFileProvider(source.file);
};

const createFixedProvider = (defaults: Readonly<Record<FlagName, boolean>>): Provider => {
  const toFlag = ([name, value]: readonly [string, boolean]) =>
    [name, { variants: { on: true, off: false }, defaultVariant: value ? "on" : "off", disabled: false }] as const;
  return new InMemoryProvider(Object.fromEntries(Object.entries(defaults).map(toFlag)));
};
