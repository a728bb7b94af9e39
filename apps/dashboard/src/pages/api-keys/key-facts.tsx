import type { ApiKey } from "@keywright/contract";
import { Badge, Code } from "../../ui/badge.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Fact } from "../../ui/fact.tsx";
import { useNow } from "../../use-now.ts";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { Ago, Expiry } from "./key-words.tsx";

interface KeyFactsProps {
  readonly apiKey: ApiKey;
  readonly owner: string;
}

/** All that a key is. */
export const KeyFacts = ({ apiKey, owner }: KeyFactsProps) => {
  const nowMs = useNow();
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <Fact name={words.keyDetails.id}>
        <span className="flex items-center gap-1">
          <Code>{apiKey.id}</Code>
          <CopyButton className="-my-2" isIconOnly label={words.keys.copyId} look="ghost" text={apiKey.id} />
        </span>
      </Fact>
      <Fact name={words.keys.environment}>
        <Badge tone={apiKey.environment === "live" ? "accent" : "quiet"}>{words.keys.environments[apiKey.environment]}</Badge>
      </Fact>
      <Fact name={words.keys.owner}>{owner}</Fact>
      <Fact name={words.keys.scopes}>
        <span className="flex flex-wrap gap-1">
          {apiKey.scopes.map((scope) => (
            <Code key={scope}>{scope}</Code>
          ))}
        </span>
      </Fact>
      <Fact name={words.keys.lastUsed}>
        <LastUsed apiKey={apiKey} nowMs={nowMs} />
      </Fact>
      <Fact name={words.keys.expires}>
        <Expiry apiKey={apiKey} nowMs={nowMs} />
      </Fact>
      <Limits apiKey={apiKey} />
      <Fact name={words.keyDetails.created}>{formatMoment(apiKey.created_at)}</Fact>
      {apiKey.revoked_at !== null && <Fact name={words.keyDetails.revokedAt}>{formatMoment(apiKey.revoked_at)}</Fact>}
      {apiKey.revoked_reason !== null && <Fact name={words.keyDetails.reason}>{apiKey.revoked_reason}</Fact>}
    </dl>
  );
};

const LastUsed = ({ apiKey: { last_used_at: at, last_used_ip: ip }, nowMs }: { readonly apiKey: ApiKey; readonly nowMs: number }) => {
  if (at === null) return words.keys.neverUsed;
  return (
    <>
      <Ago at={at} nowMs={nowMs} />
      {ip !== null && ` ${say(words.keyDetails.from, { ip })}`}
    </>
  );
};

const windowNames: Readonly<Record<number, string>> = {
  1: say(words.keyForm.seconds, { count: 1 }),
  60: words.keyForm.minute,
  3600: words.keyForm.hour,
  86400: words.keyForm.day,
};

const Limits = ({ apiKey: { ip_allowlist, rate_limit, monthly_quota, metadata } }: { readonly apiKey: ApiKey }) => {
  const noted = Object.entries(metadata);
  const window = rate_limit === null ? "" : (windowNames[rate_limit.window_seconds] ?? say(words.keyForm.seconds, { count: rate_limit.window_seconds }));
  return (
    <>
      <Fact name={words.keyForm.allowlist}>
        {ip_allowlist.length === 0 ? (
          words.keyDetails.anyAddress
        ) : (
          <span className="flex flex-wrap gap-1">
            {ip_allowlist.map((range) => (
              <Code key={range}>{range}</Code>
            ))}
          </span>
        )}
      </Fact>
      <Fact name={words.keyForm.rate}>{rate_limit === null ? words.keyDetails.noLimit : say(words.keyDetails.limit, { count: rate_limit.limit, window })}</Fact>
      <Fact name={words.keyForm.quota}>{monthly_quota === null ? words.keyDetails.noQuota : say(words.keyDetails.perMonth, { count: monthly_quota })}</Fact>
      {noted.length > 0 && (
        <Fact name={words.keyForm.metadata}>
          <span className="flex flex-wrap gap-1">
            {noted.map(([name, value]) => (
              <Code key={name}>{`${name}: ${value}`}</Code>
            ))}
          </span>
        </Fact>
      )}
    </>
  );
};
