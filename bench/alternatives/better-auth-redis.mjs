import { onRedis } from "./better-auth.mjs";
import { serve } from "./contract.mjs";

await serve(onRedis);
