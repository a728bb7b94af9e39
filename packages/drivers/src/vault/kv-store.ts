import type { SecretStore } from "@keywright/core";
import type { Answer, Call } from "./call.ts";
import { isName, requireEntry, requireFolder, requirePath, toEntryData } from "./secret-entry.ts";
import { describeRefusal, notKv2 } from "./sentences.ts";

/** Sends calls with a token that is good, all within one deadline. */
export type Send = (call: Call) => Promise<Answer>;
/** Does work that sends calls; rejects with `Unavailable("secret-store")` where that fails. */
export type Operate = <T>(work: (send: Send) => Promise<T>) => Promise<T>;

/** What stands at a path: versions go on counting where the latest one was deleted by hand, so it has a version and no data. */
interface Latest {
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** The secret store in an engine of KV version 2: `destroy` removes all versions and their count, so that the next write is the first. */
export const createKvStore = (operate: Operate, mount: string) =>
  ({
    read: async (path) => {
      requirePath(path);
      const latest = await operate((send) => readLatest(send, mount, path));
      return latest?.data === undefined ? undefined : { data: toEntryData(latest.data), version: latest.version };
    },
    write: async (path, data, expectedVersion) => {
      requirePath(path);
      requireEntry(data);
      const writing = { mount, path, data: { ...data } };
      return await operate(async (send) => {
        if (await writeVersion(send, writing, expectedVersion)) return true;
        if (expectedVersion !== 0) return false;
        const latest = await readLatest(send, mount, path);
        // Deleted by hand: nothing is there, yet Vault wants to hear the version that was.
        return latest !== undefined && latest.data === undefined && (await writeVersion(send, writing, latest.version));
      });
    },
    destroy: async (path) => {
      requirePath(path);
      await operate(async (send) => {
        const call: Call = { method: "DELETE", path: `${mount}/metadata/${path}` };
        const answer = await send(call);
        if (answer.status !== 204) throw describeRefusal(call, answer);
      });
    },
    list: async (folder) => {
      const asked = requireFolder(folder);
      return await operate((send) => listNames(send, `${mount}/metadata/${asked}?list=true`));
    },
  }) satisfies SecretStore;

/** Vault says that nothing is there; other things that are not found come with an error. */
const isNothing = ({ status, errors, body }: Answer): boolean => status === 404 && Array.isArray(body["errors"]) && errors.length === 0;

const readLatest = async (send: Send, mount: string, path: string): Promise<Latest | undefined> => {
  const call: Call = { method: "GET", path: `${mount}/data/${path}` };
  const answer = await send(call);
  if (isNothing(answer)) return undefined;
  const found = asObject(answer.body["data"]);
  // The answer about a version that was deleted is 404, too.
  if (answer.status !== 200 && !(answer.status === 404 && found !== undefined)) throw describeRefusal(call, answer);
  const version = asObject(found?.["metadata"])?.["version"];
  if (typeof version !== "number") throw notKv2(mount);
  return { version, data: asObject(found?.["data"]) };
};

interface Writing {
  readonly mount: string;
  readonly path: string;
  readonly data: Readonly<Record<string, string>>;
}

const conflict = /check-and-set parameter did not match/;

const writeVersion = async (send: Send, { mount, path, data }: Writing, version: number): Promise<boolean> => {
  const call: Call = { method: "POST", path: `${mount}/data/${path}`, body: { options: { cas: version }, data } };
  const answer = await send(call);
  if (answer.status === 400 && answer.errors.some((error) => conflict.test(error))) return false;
  if (answer.status !== 200 && answer.status !== 204) throw describeRefusal(call, answer);
  // Version 1 of the engine takes a write without a look at its version, and answers nothing.
  if (asObject(answer.body["data"])?.["version"] !== version + 1) throw notKv2(mount);
  return true;
};

const listNames = async (send: Send, path: string): Promise<readonly string[]> => {
  const call: Call = { method: "GET", path };
  const answer = await send(call);
  if (isNothing(answer)) return [];
  const keys = asObject(answer.body["data"])?.["keys"];
  if (answer.status !== 200 || !Array.isArray(keys)) throw describeRefusal(call, answer);
  return keys.filter(isName).toSorted();
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
