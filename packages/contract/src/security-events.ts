/** How much a security event matters, least first. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

interface SecurityEntry {
  readonly severity: Severity;
  /** One sentence: what has happened. */
  readonly doc: string;
}

/** What is noticed on refusals, and in the background: kind → how much it matters, and what it is. */
export const securityEvents = {
  "authentication.failed": {
    severity: "low",
    doc: "An address, or somebody with a key of one hint, was refused ten times within a minute for a credential that is not valid.",
  },
  "address.slowed": { severity: "medium", doc: "An address has failed so often that its refusals are answered late." },
  "address.blocked": { severity: "high", doc: "An address has failed so often that, for a while, only keys in use are taken from it." },
  "key.used_after_revocation": { severity: "high", doc: "A key was used after it was revoked: somebody still holds it." },
  "key.new_network": { severity: "medium", doc: "A key that has been used before was used from a network for the first time." },
  "refusals.burst": { severity: "medium", doc: "A key was refused a hundred times within a minute." },
  "scope.probing": { severity: "medium", doc: "A key was refused five different scopes, calls or endpoints within a minute for want of a scope." },
  "tampering.refused": { severity: "critical", doc: "A row of the database was edited behind Keywright's back, and refused." },
  "audit.chain_broken": { severity: "critical", doc: "The audit log was edited behind Keywright's back: a chain does not fit." },
} as const satisfies Record<string, SecurityEntry>;
export type SecurityEventKind = keyof typeof securityEvents;
export const securityEventKinds = Object.keys(securityEvents) as readonly SecurityEventKind[];
