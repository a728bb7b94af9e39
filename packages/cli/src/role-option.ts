import type { Member } from "@keywright/contract";
import { Option } from "commander";

const roles = ["owner", "admin", "developer", "viewer"] as const satisfies readonly Member["role"][];

export const roleOption = (): Option => new Option("--role <role>", "what the person may do").choices(roles);
