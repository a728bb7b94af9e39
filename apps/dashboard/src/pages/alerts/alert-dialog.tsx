import type { Alert, AlertRule } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatMoment } from "../../words/format.ts";
import { words } from "../../words/words.ts";
import { inUnit, SeverityBadge, StateBadge, unitOf } from "./alert-words.tsx";

interface AlertDialogProps {
  readonly alert: Alert;
  /** Whose alert it is; undefined: not there yet. */
  readonly rule: AlertRule | undefined;
  /** Left out: whoever looks may change nothing. */
  readonly onMute?: () => void;
  readonly onClose: () => void;
}

/** All that is known of an alert, and what to do about it. */
export const AlertDialog = ({ alert, rule, onMute, onClose }: AlertDialogProps) => {
  const toast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("acknowledge-alert", { params: { alert_id: alert.id } }),
    onSuccess: () => {
      void refresh("list-alerts");
      toast({ text: words.alerts.acknowledged });
    },
  });
  const mayAcknowledge = onMute !== undefined && alert.state === "open";
  return (
    <Dialog description={rule?.doc} onClose={onClose} title={words.alertRuleNames[alert.rule]}>
      <DialogBody>
        {rule !== undefined && alert.state !== "ended" && (
          <Notice>
            <span className="font-medium">{words.alerts.advice}:</span> {rule.advice}
          </Notice>
        )}
        <AlertFacts alert={alert} rule={rule} />
        {alert.muted && <Notice>{words.alerts.mutedWhenStarted}</Notice>}
        {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
      </DialogBody>
      <DialogFooter>
        {alert.subject.type === "key" && alert.tenant_id !== null && (
          <Link className={buttonClass("plain")} onClick={onClose} params={{ keyId: alert.subject.id }} to="/settings/developers/api-keys/$keyId">
            {words.alerts.openKey}
          </Link>
        )}
        {onMute !== undefined && <Button onClick={onMute}>{words.alerts.muteSubject}</Button>}
        {mayAcknowledge ? (
          <Button data-first isBusy={isPending} look="primary" onClick={() => mutate()}>
            {words.alerts.acknowledge}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.common.close}</Button>
        )}
      </DialogFooter>
    </Dialog>
  );
};

const AlertFacts = ({ alert, rule }: Pick<AlertDialogProps, "alert" | "rule">) => {
  const unit = unitOf(rule);
  const facts = [
    [words.alerts.subjects[alert.subject.type], alert.subject.id],
    [words.alerts.highest, inUnit(alert.value, unit)],
    [words.alerts.threshold, inUnit(alert.threshold, unit)],
    [words.alerts.detail, alert.detail],
    [words.alerts.started, formatMoment(alert.started_at)],
    [words.alerts.lastSeen, formatMoment(alert.last_seen_at)],
    [words.alerts.acknowledgedAt, momentOf(alert.acknowledged_at)],
    [words.alerts.ended, momentOf(alert.ended_at)],
  ] as const;
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[9rem_minmax(0,1fr)]">
      <Fact name={words.alerts.state}>
        <span className="flex flex-wrap gap-1">
          <StateBadge state={alert.state} />
          <SeverityBadge severity={alert.severity} />
        </span>
      </Fact>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            <span className="wrap-anywhere">{value}</span>
          </Fact>
        ))}
    </dl>
  );
};

const momentOf = (at: string | null): string | null => (at === null ? null : formatMoment(at));
