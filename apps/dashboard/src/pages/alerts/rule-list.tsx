import type { AlertRule } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api.ts";
import { useMe } from "../../me.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { useNow } from "../../use-now.ts";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { inUnit, SeverityBadge } from "./alert-words.tsx";
import type { AlertPlace } from "./place.ts";
import { RuleDialog } from "./rule-dialog.tsx";

/** Every rule with what is in force. */
export const RuleList = ({ place }: { readonly place: AlertPlace }) => {
  const { can } = useMe();
  const query = useQuery(read("list-alert-rules", { query: place.owner }));
  const [changing, setChanging] = useState<AlertRule | undefined>();
  return (
    <>
      <Loaded query={query} rows={6}>
        {({ data }) => (
          <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-lift">
            {data.map((rule) => (
              <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3.5" key={rule.rule}>
                <RuleFacts rule={rule} />
                {can("alerts:write") && (
                  <Button aria-label={say(words.alertRuleForm.editOf, { rule: words.alertRuleNames[rule.rule] })} onClick={() => setChanging(rule)}>
                    {words.alertRuleForm.edit}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {changing !== undefined && <RuleDialog onClose={() => setChanging(undefined)} owner={place.owner} rule={changing} />}
    </>
  );
};

const RuleFacts = ({ rule }: { readonly rule: AlertRule }) => {
  const nowMs = useNow();
  const values = Object.entries(rule.thresholds).map(([name, value]) => inUnit(value, rule.limits[name]?.unit));
  const channels = rule.channels.map((channel) => words.alertRuleForm.channelNames[channel]);
  const isMuted = rule.muted_until !== null && Date.parse(rule.muted_until) > nowMs;
  return (
    <div className="grid min-w-0 flex-1 basis-72 gap-1">
      <span className="flex flex-wrap items-center gap-2">
        <span className={`font-medium ${rule.enabled ? "" : "text-quiet"}`}>{words.alertRuleNames[rule.rule]}</span>
        <SeverityBadge severity={rule.severity} />
        {!rule.enabled && <Badge>{words.alertRuleForm.off}</Badge>}
        {isMuted && <Badge tone="warn">{say(words.alertRuleForm.mutedUntil, { when: formatMoment(rule.muted_until ?? "") })}</Badge>}
        {rule.customized && <Badge tone="accent">{words.alertRuleForm.changed}</Badge>}
      </span>
      <p className="text-quiet text-sm">{rule.doc}</p>
      <p className="text-quiet text-xs">
        {say(words.alertRuleForm.startsFrom, { values: values.join(", ") })}
        {" · "}
        {channels.length === 0 ? words.alertRuleForm.toldNowhere : say(words.alertRuleForm.toldBy, { channels: channels.join(", ") })}
      </p>
    </div>
  );
};
