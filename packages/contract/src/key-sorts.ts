/** By what a list of keys may be sorted; with a `-` before it, downwards. */
export const keySorts = ["created_at", "-created_at", "name", "-name", "last_used_at", "-last_used_at", "expires_at", "-expires_at"] as const;
export type KeySortName = (typeof keySorts)[number];
