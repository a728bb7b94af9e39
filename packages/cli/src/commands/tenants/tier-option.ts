import type { Tenant } from "@keywright/contract";
import { Option } from "commander";

export type Tier = Tenant["tier"];

const tiers = ["starter", "pro", "enterprise"] as const satisfies readonly Tier[];

export const tierOption = (): Option => new Option("--tier <tier>", "decides the pool of requests that its keys share").choices(tiers);
