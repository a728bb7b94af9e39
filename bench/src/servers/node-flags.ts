/**
 * What `npm start`, the unit of docs/deploy.md and `--workers` tell Node: every server that is measured is told the same, the others beside Keywright too, and
 * none where somebody has chosen the size himself.
 */
export const nodeFlags: readonly string[] = (process.env["NODE_OPTIONS"] ?? "").includes("max-semi-space-size") ? [] : ["--max-semi-space-size=32"];
