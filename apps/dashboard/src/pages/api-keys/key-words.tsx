import type { ApiKey } from "@keywright/contract";
import type { PointerEvent } from "react";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { formatAgo, formatDay, formatMoment } from "../../words/format.ts";
import { words } from "../../words/words.ts";

const tones: Readonly<Record<ApiKey["status"], Tone>> = { active: "good", disabled: "warn", expired: "quiet", revoked: "danger" };

export const StatusBadge = ({ status }: { readonly status: ApiKey["status"] }) => <Badge tone={tones[status]}>{words.keys.statuses[status]}</Badge>;

/** Whether it can still be changed. */
export const isAlive = ({ status }: Pick<ApiKey, "status">): boolean => status === "active" || status === "disabled";

interface MomentProps {
  readonly at: string;
  readonly nowMs: number;
}

/** Written when it is looked for: a long table has many that nobody rests on. */
const sayMoment = ({ currentTarget: time }: PointerEvent<HTMLTimeElement>): void => {
  time.title = formatMoment(time.dateTime);
};

/** How long ago; the exact moment where the pointer rests. */
export const Ago = ({ at, nowMs }: MomentProps) => (
  <time dateTime={at} onPointerEnter={sayMoment}>
    {formatAgo(at, nowMs)}
  </time>
);

const soonMs = 7 * 86_400_000;

export const Expiry = ({ apiKey, nowMs }: { readonly apiKey: ApiKey; readonly nowMs: number }) => {
  const { expires_at: at } = apiKey;
  if (at === null) return words.keys.noEnd;
  const isSoon = isAlive(apiKey) && Date.parse(at) - nowMs < soonMs;
  return (
    <time className={isSoon ? "text-warn" : undefined} dateTime={at} onPointerEnter={sayMoment}>
      {isSoon ? formatAgo(at, nowMs) : formatDay(at)}
    </time>
  );
};
