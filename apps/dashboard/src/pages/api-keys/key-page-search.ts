/** What the address of a key's page may ask for besides: mails link so. */
export interface KeyPageSearch {
  /** The dialog that is to be open. */
  readonly dialog?: "regenerate";
  /** The tenant that the key is of, for who belongs to several. */
  readonly tenant?: string;
}

/** Whoever wrote the address may be a stranger: what is not as it should be is left out. */
export const readKeyPageSearch = ({ dialog, tenant }: Readonly<Record<string, unknown>>): KeyPageSearch => ({
  ...(dialog === "regenerate" && { dialog }),
  ...(typeof tenant === "string" && /^ten_[0-9A-Za-z]{22}$/.test(tenant) && { tenant }),
});
