import type { Command } from "commander";
import type { OpenSession } from "../session.ts";
import { addCreateKey } from "./keys/create-key.ts";
import { addGetKey } from "./keys/get-key.ts";
import { addListKeys } from "./keys/list-keys.ts";
import { addRegenerateKey } from "./keys/regenerate-key.ts";
import { addRevokeKey } from "./keys/revoke-key.ts";
import { addShowUsage } from "./keys/show-usage.ts";
import { addUpdateKey } from "./keys/update-key.ts";
import { addVerifyKey } from "./keys/verify-key.ts";

const commands = [addCreateKey, addListKeys, addGetKey, addUpdateKey, addRegenerateKey, addRevokeKey, addVerifyKey, addShowUsage];

export const addKeys = (program: Command, open: OpenSession): void => {
  const keys = program.command("keys").description("Create, see, change, rotate, revoke and verify API keys.");
  for (const add of commands) add(keys, open);
};
