import type { SecretStore } from "../ports/secret-store.ts";

/** Where the signing secrets of a webhook rest. */
export const webhookSecretPath = (webhookId: string): string => `keywright/webhooks/${webhookId}`;

/** For so long the secret before a new one signs too. */
export const overlapMs = 86_400_000;

interface Earlier {
  readonly secret: string;
  readonly untilMs: number;
}

const readEarlier = (text: string | undefined, nowMs: number): readonly Earlier[] =>
  (JSON.parse(text ?? "[]") as readonly Earlier[]).filter(({ untilMs }) => untilMs > nowMs);

/** Receivers read few signatures, and who rotates often has thrown the older ones away. */
const maxEarlier = 3;

/** The secrets that sign now, the current one first; empty where there is none. */
export const signingSecrets = async (secretStore: Pick<SecretStore, "read">, webhookId: string, nowMs: number): Promise<readonly string[]> => {
  const entry = await secretStore.read(webhookSecretPath(webhookId));
  const current = entry?.data["current"];
  return current === undefined ? [] : [current, ...readEarlier(entry?.data["earlier"], nowMs).map(({ secret }) => secret)];
};

/** Where an incoming webhook of Slack is: whoever knows it may post there. */
export const slackAddress = async (secretStore: Pick<SecretStore, "read">, webhookId: string): Promise<string | undefined> =>
  (await secretStore.read(webhookSecretPath(webhookId)))?.data["url"];

/** Makes this the current secret; those that signed until now go on for the overlap. False where somebody else was faster. */
export const writeNewSecret = async (
  secretStore: Pick<SecretStore, "read" | "write">,
  webhookId: string,
  { secret, nowMs }: { readonly secret: string; readonly nowMs: number },
): Promise<boolean> => {
  const path = webhookSecretPath(webhookId);
  const entry = await secretStore.read(path);
  const current = entry?.data["current"];
  const ending = current === undefined ? [] : [{ secret: current, untilMs: nowMs + overlapMs }];
  const earlier = [...ending, ...readEarlier(entry?.data["earlier"], nowMs)].slice(0, maxEarlier);
  return secretStore.write(path, { current: secret, earlier: JSON.stringify(earlier) }, entry?.version ?? 0);
};
