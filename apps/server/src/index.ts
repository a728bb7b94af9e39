export { generateAPIKey, hashAPIKey, verifyAPIKey } from "@keywright/drivers";
export { doctor } from "./doctor.ts";
export { migrate } from "./migrate.ts";
export { type MoveOptions, moveSecrets } from "./move-secrets.ts";
export { type OpenedEngine, openEngine } from "./open-engine.ts";
export { previewReminders } from "./preview-reminders.ts";
export { recover } from "./recover.ts";
export { serve } from "./serve.ts";
export { serveWorkers } from "./serve-workers.ts";
