export { broadcastContract, type OpenedBroadcasts } from "./broadcast.contract.ts";
export { cryptographyContract } from "./cryptography.contract.ts";
export { epochsContract, type OpenedEpochs } from "./epochs.contract.ts";
export { flagsContract, type OpenedFlags } from "./flags.contract.ts";
export { type LedgerUnderTest, ledgerContract } from "./ledger.contract.ts";
export { randomContract } from "./random.contract.ts";
export { bcryptVectors, secretHashContract } from "./secret-hash.contract.ts";
export { type DurableSecretStore, durableSecretStoreContract, secretStoreContract } from "./secret-store.contract.ts";
export { type OpenedStore, storeContract } from "./store.contract.ts";
