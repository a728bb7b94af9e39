export { describeWith, isRequired } from "./describe-with.ts";
export { createEmbeddedFolders } from "./embedded-folder.ts";
export { describeWithPostgres, type PostgresServer } from "./postgres-engine.ts";
export { asking, newOwnedDatabase, type OwnedDatabase } from "./postgres-roles.ts";
export { describeWithRedis, type RedisOptions, type RedisProcess, type Sentinels, startRedis, startSentinels } from "./redis-engine.ts";
export { describeWithVault, startVault, type VaultServer } from "./vault-engine.ts";
export { newAppRole, newToken, setUpVault } from "./vault-setup.ts";
