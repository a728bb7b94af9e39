import { account, front } from "./en/account.ts";
import { alertMutes, alertRuleForm, alertRuleNames, alerts } from "./en/alerts.ts";
import { common, problems } from "./en/common.ts";
import { embed } from "./en/embed.ts";
import { issued, keyDetails, keyForm, keys, regenerate, revoke } from "./en/keys.ts";
import { system, tenants } from "./en/operator.ts";
import { invitations, members, roles, roleTexts, teams, tenantSettings } from "./en/people.ts";
import { audit, usage } from "./en/records.ts";
import { shell } from "./en/shell.ts";
import { signIn } from "./en/sign-in.ts";
import { deliveries, eventTexts, webhookForm, webhooks } from "./en/webhooks.ts";

/**
 * Every text of the pages, by page. Plain data: `say` puts values in and picks the plural, so that another language is another object of this
 * shape.
 */
export const words = {
  common,
  problems,
  shell,
  signIn,
  keys,
  keyForm,
  keyDetails,
  issued,
  regenerate,
  revoke,
  embed,
  account,
  front,
  members,
  roles,
  roleTexts,
  invitations,
  teams,
  tenantSettings,
  audit,
  usage,
  tenants,
  system,
  webhooks,
  webhookForm,
  deliveries,
  eventTexts,
  alerts,
  alertRuleForm,
  alertMutes,
  alertRuleNames,
} as const;
