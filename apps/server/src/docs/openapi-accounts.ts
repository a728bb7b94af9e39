import { type AccountCallRow, accountCalls, accountsBase, type ErrorCode } from "@keywright/contract";
import { errorResponses } from "./openapi-errors.ts";
import { parametersOf, ref } from "./openapi-operation.ts";

/** What each of them can be answered besides its own. */
const common: readonly ErrorCode[] = ["INVALID_REQUEST", "CROSS_SITE_REQUEST", "TOO_MANY_ATTEMPTS", "INTERNAL", "UNAVAILABLE"];
const ofBodies: readonly ErrorCode[] = ["INVALID_JSON", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
const ofSessions: readonly ErrorCode[] = ["UNAUTHENTICATED", "PASSWORD_CHANGE_REQUIRED"];

/** People's accounts and sessions, which stand beside the table. */
export const accountPaths = (): Record<string, Record<string, unknown>> =>
  Object.fromEntries(accountCalls.map((call) => [accountsBase + call.path, { [call.method.toLowerCase()]: operationOf(call) }]));

/** `/two-factor/enable` as `account-two-factor-enable`. */
const idOf = (path: string): string => `account${path.replaceAll("/", "-")}`;

const operationOf = (call: AccountCallRow) => ({
  operationId: idOf(call.path),
  tags: ["Accounts"],
  summary: call.doc.split(/[.;:](?: |$)/, 1)[0],
  description: call.doc,
  security: call.needsSession ? [{ session: [] }] : [],
  parameters: call.method === "GET" ? parametersOf("query", call.fields) : [],
  ...(call.method === "POST" && { requestBody: { required: true, content: { "application/json": { schema: call.fields } } } }),
  responses: { ...replyOf(call), ...errorResponses(errorsOf(call)) },
});

const headers = { "X-Request-Id": ref("headers", "RequestId") };

const replyOf = ({ reply }: AccountCallRow) =>
  reply === null
    ? { 303: { description: "Signed in: the browser is sent on, to a page of ours.", headers } }
    : { 200: { description: "Done.", headers, content: { "application/json": { schema: reply } } } };

const errorsOf = ({ method, errors, needsSession }: AccountCallRow): readonly ErrorCode[] => [
  ...new Set([...errors, ...common, ...(method === "POST" ? ofBodies : []), ...(needsSession ? ofSessions : [])]),
];
