import type { TestProject } from "vitest/node";
import { makeFolder, removeFolder, startKeywright } from "./keywright-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder after its first start, stopped, and what that printed: the root key, and the operator's one-time password. */
    readonly template: { readonly dataDir: string; readonly rootKey: string; readonly operator: { readonly email: string; readonly password: string } };
  }
}

/** Makes one database for all suites; each takes a copy, so that making it is paid for once. */
const setUp = async (project: TestProject): Promise<() => Promise<void>> => {
  const dataDir = await makeFolder("template");
  const server = await startKeywright({ dataDir });
  const { code } = await server.stop();
  if (code !== 0 || server.rootKey === undefined) throw new Error(`The first start went wrong: ${server.out.text} ${server.out.errors}`);
  const [, email = "", password = ""] = /^ {2}(\S+@\S+) {2}(\S+)$/m.exec(server.out.text) ?? [];
  project.provide("template", { dataDir, rootKey: server.rootKey, operator: { email, password } });
  return () => removeFolder(dataDir);
};

export default setUp;
