/** Flags that operators turn, for everyone or tenant by tenant. `enable-api-key-management`: whether the management API is there. */
export type FlagName = "enable-api-key-management";

export interface FlagContext {
  /** Whom the flag is asked for; null: nobody in particular, as for an operator. */
  readonly tenantId: string | null;
}

/**
 * Switches outside the store. An answer may be a few seconds old. A source that is out of reach, late, or does not know the flag is answered by
 * the configured default, within a fraction of a second: nothing rejects.
 */
export interface Flags {
  isEnabled(flag: FlagName, context: FlagContext): Promise<boolean>;
}
