import type { ApiKey } from "@keywright/contract";
import { Badge, Code } from "../../ui/badge.tsx";
import { Section } from "../../ui/page-header.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo, formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

type SecretInfo = ApiKey["secrets"][number];

/** The secrets of a key that work, and how each is used. */
export const Secrets = ({ apiKey: { secrets, last_used_at: usedAt } }: { readonly apiKey: ApiKey }) => {
  const nowMs = useNow();
  const [only] = secrets.length === 1 ? secrets : [];
  return (
    <Section title={words.keyDetails.secrets}>
      <ul className="grid gap-3">
        {secrets.map((secret) => (
          <li className="grid gap-1" key={`${secret.hint}${secret.created_at}`}>
            <span className="flex flex-wrap items-center gap-2">
              <Code>{secret.hint}</Code>
              <Badge tone={secret.status === "current" ? "good" : "warn"}>
                {secret.status === "current" ? words.keyDetails.current : words.keyDetails.previous}
              </Badge>
            </span>
            <span className="text-quiet text-xs">{lifeOf(secret)}</span>
            <span className="text-quiet text-xs">{secret === only ? lastUse(usedAt, nowMs) : <Use nowMs={nowMs} secret={secret} />}</span>
          </li>
        ))}
      </ul>
      {secrets.some(({ use }) => use) && <p className="mt-3 text-quiet text-xs">{words.keyDetails.usesOfLog}</p>}
    </Section>
  );
};

const lifeOf = ({ valid_until: until, created_at: madeAt }: SecretInfo): string =>
  until === null ? say(words.keyDetails.madeAt, { when: formatMoment(madeAt) }) : say(words.keyDetails.until, { when: formatMoment(until) });

/** A key with one secret was used whenever that was. */
const lastUse = (usedAt: string | null, nowMs: number): string =>
  usedAt === null ? words.keyDetails.unusedSecret : say(words.keyDetails.usedSecret, { when: formatAgo(usedAt, nowMs) });

const Use = ({ secret: { use, status }, nowMs }: { readonly secret: SecretInfo; readonly nowMs: number }) => {
  if (use === undefined) return null;
  if (use === null) return words.keyDetails.unknownUse;
  if (use.last_used_at === null) return status === "current" ? words.keyDetails.unusedSecret : words.keyDetails.unusedOld;
  const values = { count: use.addresses, when: formatAgo(use.last_used_at, nowMs) };
  if (status === "current") return say(use.addresses === 0 ? words.keyDetails.usedSecret : words.keyDetails.usedFrom, values);
  return <span className="font-medium text-warn">{say(use.addresses === 0 ? words.keyDetails.oldUsed : words.keyDetails.oldUsedFrom, values)}</span>;
};
