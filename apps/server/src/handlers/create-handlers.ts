import {
  accountPermissions,
  type alertEndpoints,
  type EndpointId,
  type embedEndpoints,
  embedPermissions,
  endpoints,
  events,
  forwardAuth,
  introspection,
  metrics,
  type peopleEndpoints,
  permissions,
  platformScopePermissions,
  rolePermissions,
  type systemEndpoints,
  type webhookEndpoints,
} from "@keywright/contract";
import type { Engine } from "../engine.ts";
import type { IsManagementEnabled } from "../http/management-flag.ts";
import type { Handler, Handlers } from "../http/route.ts";
import { acceptInvitationHandler } from "./accept-invitation.ts";
import { addTeamMemberHandler } from "./add-team-member.ts";
import {
  acknowledgeAlertHandler,
  createAlertMuteHandler,
  deleteAlertMuteHandler,
  getAlertHandler,
  listAlertMutesHandler,
  listAlertRulesHandler,
  listAlertsHandler,
  updateAlertRuleHandler,
} from "./alerts.ts";
import { checkPermissions } from "./check-permissions.ts";
import { createInvitationHandler } from "./create-invitation.ts";
import { createKeyHandler } from "./create-key.ts";
import { createMemberHandler } from "./create-member.ts";
import { createRootKeyHandler } from "./create-root-key.ts";
import { createTeamHandler } from "./create-team.ts";
import { createTenantHandler } from "./create-tenant.ts";
import { createWebhookHandler } from "./create-webhook.ts";
import { deleteTeamHandler } from "./delete-team.ts";
import { deleteWebhookHandler } from "./delete-webhook.ts";
import { createEmbedSessionHandler, endEmbedSessionHandler, getEmbedSessionHandler } from "./embed-sessions.ts";
import { explainRequestHandler } from "./explain-request.ts";
import { exportAuditLogHandler } from "./export-audit-log.ts";
import { exportUsageHandler } from "./export-usage.ts";
import { getKeyHandler } from "./get-key.ts";
import { getKeyOptionsHandler } from "./get-key-options.ts";
import { getKeyUsageHandler } from "./get-key-usage.ts";
import { getMeHandler } from "./get-me.ts";
import { getMemberHandler } from "./get-member.ts";
import { getSettingsHandler } from "./get-settings.ts";
import { getSystemHandler, type SystemView } from "./get-system.ts";
import { getTeamHandler } from "./get-team.ts";
import { getTenantHandler } from "./get-tenant.ts";
import { getUsageHandler } from "./get-usage.ts";
import { getWebhookHandler } from "./get-webhook.ts";
import { listAuditCheckpointsHandler } from "./list-audit-checkpoints.ts";
import { listAuditLogHandler } from "./list-audit-log.ts";
import { listInvitationsHandler } from "./list-invitations.ts";
import { listKeysHandler } from "./list-keys.ts";
import { listLoggedRequestsHandler } from "./list-logged-requests.ts";
import { listMembersHandler } from "./list-members.ts";
import { listRootKeysHandler } from "./list-root-keys.ts";
import { listSecurityEventsHandler } from "./list-security-events.ts";
import { listTeamMembersHandler } from "./list-team-members.ts";
import { listTeamsHandler } from "./list-teams.ts";
import { listTenantsHandler } from "./list-tenants.ts";
import { listWebhookDeliveriesHandler } from "./list-webhook-deliveries.ts";
import { listWebhooksHandler } from "./list-webhooks.ts";
import { regenerateKeyHandler } from "./regenerate-key.ts";
import { removeMemberHandler } from "./remove-member.ts";
import { removeTeamMemberHandler } from "./remove-team-member.ts";
import { replayWebhookDeliveryHandler } from "./replay-webhook-delivery.ts";
import { reportResponsesHandler } from "./report-responses.ts";
import { resendInvitationHandler } from "./resend-invitation.ts";
import { revokeKeyHandler } from "./revoke-key.ts";
import { revokeRootKeyHandler } from "./revoke-root-key.ts";
import { rotateWebhookSecretHandler } from "./rotate-webhook-secret.ts";
import { testWebhookHandler } from "./test-webhook.ts";
import { updateKeyHandler } from "./update-key.ts";
import { updateMeHandler } from "./update-me.ts";
import { updateMemberHandler } from "./update-member.ts";
import { updateSettingsHandler } from "./update-settings.ts";
import { updateTeamHandler } from "./update-team.ts";
import { updateTenantHandler } from "./update-tenant.ts";
import { updateWebhookHandler } from "./update-webhook.ts";
import type { VerificationWriter } from "./verification-text.ts";
import { verifyKeyHandler } from "./verify-key.ts";
import { verifyKeysHandler } from "./verify-keys.ts";
import { withdrawInvitationHandler } from "./withdraw-invitation.ts";

/** One handler an endpoint; a row of the table without one does not compile. */
interface OtherSources {
  readonly isManagementEnabled: IsManagementEnabled;
  readonly systemView: SystemView;
  readonly writeVerification: VerificationWriter;
}

export const createHandlers = (engine: Engine, { isManagementEnabled, systemView, writeVerification }: OtherSources): Handlers => {
  const grants = { ...rolePermissions, ...platformScopePermissions, account: accountPermissions, embed: embedPermissions };
  checkPermissions({ endpoints, doors: [forwardAuth, events, introspection, metrics], permissions, grants });
  return {
    "get-me": getMeHandler({ ...engine, isManagementEnabled }),
    ...peopleHandlers(engine),
    ...embedHandlers(engine),
    ...keyHandlers(engine, writeVerification),
    ...webhookHandlers(engine),
    ...alertHandlers(engine),
    "get-system": walled(engine, getSystemHandler(systemView)),
  };
};

type OtherEndpoints = typeof peopleEndpoints & typeof embedEndpoints & typeof webhookEndpoints & typeof alertEndpoints & typeof systemEndpoints;

const keyHandlers = (engine: Engine, write: VerificationWriter): Omit<Handlers, keyof OtherEndpoints> => ({
  "verify-key": verifyKeyHandler(engine),
  "verify-keys": verifyKeysHandler(engine, write),
  "create-key": walled(engine, createKeyHandler),
  "list-keys": walled(engine, listKeysHandler),
  "get-key-options": walled(engine, getKeyOptionsHandler),
  "get-key": walled(engine, getKeyHandler),
  "update-key": walled(engine, updateKeyHandler),
  "regenerate-key": walled(engine, regenerateKeyHandler),
  "revoke-key": walled(engine, revokeKeyHandler),
  "get-key-usage": walled(engine, getKeyUsageHandler),
  "create-tenant": walled(engine, createTenantHandler),
  "list-tenants": walled(engine, listTenantsHandler),
  "get-tenant": walled(engine, getTenantHandler),
  "update-tenant": walled(engine, updateTenantHandler),
  "create-root-key": walled(engine, createRootKeyHandler),
  "list-root-keys": walled(engine, listRootKeysHandler),
  "revoke-root-key": walled(engine, revokeRootKeyHandler),
  "list-audit-log": walled(engine, listAuditLogHandler),
  "export-audit-log": walled(engine, exportAuditLogHandler),
  "list-audit-checkpoints": walled(engine, listAuditCheckpointsHandler),
  "list-security-events": walled(engine, listSecurityEventsHandler),
  "get-usage": walled(engine, getUsageHandler),
  "export-usage": walled(engine, exportUsageHandler),
  "report-responses": reportResponsesHandler(engine),
  "list-logged-requests": walled(engine, listLoggedRequestsHandler),
  "explain-request": walled(engine, explainRequestHandler),
});

const peopleHandlers = (engine: Engine): Omit<Pick<Handlers, keyof typeof peopleEndpoints>, "get-me"> => ({
  // Of no tenant: it is the person's own.
  "update-me": updateMeHandler(engine),
  "create-member": walled(engine, createMemberHandler),
  "list-members": walled(engine, listMembersHandler),
  "get-member": walled(engine, getMemberHandler),
  "update-member": walled(engine, updateMemberHandler),
  "remove-member": walled(engine, removeMemberHandler),
  "create-team": walled(engine, createTeamHandler),
  "list-teams": walled(engine, listTeamsHandler),
  "get-team": walled(engine, getTeamHandler),
  "update-team": walled(engine, updateTeamHandler),
  "delete-team": walled(engine, deleteTeamHandler),
  "list-team-members": walled(engine, listTeamMembersHandler),
  "add-team-member": walled(engine, addTeamMemberHandler),
  "remove-team-member": walled(engine, removeTeamMemberHandler),
  "create-invitation": walled(engine, createInvitationHandler),
  "list-invitations": walled(engine, listInvitationsHandler),
  "resend-invitation": walled(engine, resendInvitationHandler),
  "withdraw-invitation": walled(engine, withdrawInvitationHandler),
  // Of all tenants: whoever accepts an invitation is in none yet.
  "accept-invitation": acceptInvitationHandler(engine),
  "get-settings": walled(engine, getSettingsHandler),
  "update-settings": walled(engine, updateSettingsHandler),
});

const embedHandlers = (engine: Engine): Pick<Handlers, keyof typeof embedEndpoints> => ({
  "create-embed-session": walled(engine, createEmbedSessionHandler),
  "get-embed-session": walled(engine, getEmbedSessionHandler),
  "end-embed-session": walled(engine, endEmbedSessionHandler),
});

const webhookHandlers = (engine: Engine): Pick<Handlers, keyof typeof webhookEndpoints> => ({
  "create-webhook": walled(engine, createWebhookHandler),
  "list-webhooks": walled(engine, listWebhooksHandler),
  "get-webhook": walled(engine, getWebhookHandler),
  "update-webhook": walled(engine, updateWebhookHandler),
  "delete-webhook": walled(engine, deleteWebhookHandler),
  "rotate-webhook-secret": walled(engine, rotateWebhookSecretHandler),
  "test-webhook": walled(engine, testWebhookHandler),
  "list-webhook-deliveries": walled(engine, listWebhookDeliveriesHandler),
  "replay-webhook-delivery": walled(engine, replayWebhookDeliveryHandler),
});

const alertHandlers = (engine: Engine): Pick<Handlers, keyof typeof alertEndpoints> => ({
  "list-alerts": walled(engine, listAlertsHandler),
  "get-alert": walled(engine, getAlertHandler),
  "acknowledge-alert": walled(engine, acknowledgeAlertHandler),
  "list-alert-rules": walled(engine, listAlertRulesHandler),
  "update-alert-rule": walled(engine, updateAlertRuleHandler),
  "list-alert-mutes": walled(engine, listAlertMutesHandler),
  "create-alert-mute": walled(engine, createAlertMuteHandler),
  "delete-alert-mute": walled(engine, deleteAlertMuteHandler),
});

type MakeHandler<Id extends EndpointId> = (engine: Engine) => Handler<Id>;

/** A tenant's caller is served from behind the wall of its tenant: whatever a handler forgets to check, another tenant's rows are not there. */
const walled = <Id extends EndpointId>(engine: Engine, make: MakeHandler<Id>): Handler<Id> => {
  const forOperators = make(engine);
  return (request) => {
    const { tenantId } = request.actor;
    return tenantId === null ? forOperators(request) : make({ ...engine, store: engine.store.forTenant(tenantId) })(request);
  };
};
