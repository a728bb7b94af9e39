import {
  type Alert,
  type AlertRuleChange,
  acknowledgeAlert,
  createAlertMute,
  deleteAlertMute,
  getAlert,
  listAlertMutes,
  listAlertRules,
  listAlerts,
  updateAlertRule,
} from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler, HandlerRequest } from "../http/route.ts";
import { toWireAlert, toWireMute, toWireRule } from "./alert-form.ts";
import { fromCursor, fromTime, fromTimeRange, toPage } from "./wire-form.ts";

export const listAlertsHandler =
  (engine: Engine): Handler<"list-alerts"> =>
  async ({ actor, query }) => {
    const { tenant_id: tenantId, state, rule, subject_id: subjectId } = query;
    const chosen = { ...(state !== undefined && { state }), ...(rule !== undefined && { rule }), ...(subjectId !== undefined && { subjectId }) };
    const filter = { ...chosen, ...fromTimeRange(query) };
    const asked = [tenantId ?? actor.tenantId, filter];
    const found = await listAlerts(engine, { actor, tenantId, filter, page: fromCursor(query, asked) });
    return { status: 200, body: toPage<Alert, ReturnType<typeof toWireAlert>>(found, asked, toWireAlert) };
  };

export const getAlertHandler =
  (engine: Engine): Handler<"get-alert"> =>
  async ({ actor, params }) => ({ status: 200, body: toWireAlert(await getAlert(engine, actor, params.alert_id)) });

export const acknowledgeAlertHandler =
  (engine: Engine): Handler<"acknowledge-alert"> =>
  async ({ actor, params }) => ({ status: 200, body: toWireAlert(await acknowledgeAlert(engine, actor, params.alert_id)) });

export const listAlertRulesHandler =
  (engine: Engine): Handler<"list-alert-rules"> =>
  async ({ actor, query }) => {
    const rules = await listAlertRules(engine, { actor, tenantId: query.tenant_id });
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: { data: rules.map((rule) => toWireRule(rule, nowMs)) } };
  };

export const updateAlertRuleHandler =
  (engine: Engine): Handler<"update-alert-rule"> =>
  async ({ actor, params, body }) => {
    const effective = await updateAlertRule(engine, { actor, tenantId: body.tenant_id, rule: params.rule, change: toChange(body) });
    return { status: 200, body: toWireRule(effective, engine.clock.nowMs()) };
  };

const toChange = (body: HandlerRequest<"update-alert-rule">["body"]): AlertRuleChange => {
  const { enabled, thresholds, quiet_minutes: quietMinutes, cool_down_minutes: coolDownMinutes, channels, slack_url: slackUrl, muted_until: until } = body;
  return {
    ...(enabled !== undefined && { isEnabled: enabled }),
    ...(thresholds !== undefined && { thresholds }),
    ...(quietMinutes !== undefined && { quietMinutes }),
    ...(coolDownMinutes !== undefined && { coolDownMinutes }),
    ...(channels !== undefined && { channels }),
    ...(slackUrl !== undefined && { slackUrl }),
    ...(until !== undefined && { mutedUntilMs: until === null ? null : fromTime("/muted_until", until) }),
  };
};

export const listAlertMutesHandler =
  (engine: Engine): Handler<"list-alert-mutes"> =>
  async ({ actor, query }) => {
    const asked = [query.tenant_id ?? actor.tenantId];
    const found = await listAlertMutes(engine, { actor, tenantId: query.tenant_id, page: fromCursor(query, asked) });
    return { status: 200, body: toPage(found, asked, toWireMute) };
  };

export const createAlertMuteHandler =
  (engine: Engine): Handler<"create-alert-mute"> =>
  async ({ actor, body }) => {
    const { tenant_id: tenantId, subject_id: subjectId, rule = null, until, reason = null } = body;
    const untilMs = until === undefined ? null : fromTime("/until", until);
    return { status: 201, body: toWireMute(await createAlertMute(engine, { actor, tenantId, subjectId, rule, untilMs, reason })) };
  };

export const deleteAlertMuteHandler =
  (engine: Engine): Handler<"delete-alert-mute"> =>
  async ({ actor, params }) => {
    const { id } = await deleteAlertMute(engine, actor, params.mute_id);
    return { status: 200, body: { id, status: "deleted" } };
  };
