import { AppError, type Claims, type SignInProvider, type SignInSecrets, type Stopwatch } from "@keywright/core";
import * as client from "openid-client";
import { describeFetchFailure } from "../node/fetch-text.ts";
import { boundedFetch } from "./bounded-fetch.ts";

export interface OpenIdOptions {
  /** The issuer's identifier, to the letter, as an address. */
  readonly issuer: string;
  readonly clientId: string;
  /** undefined: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | undefined;
  /** With spaces between; `openid` is one of them. */
  readonly scopes: string;
  readonly stopwatch: Pick<Stopwatch, "elapsedMs">;
  /** Of each call, in milliseconds; 5 s where left out. */
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 5_000;
/** So long is what the provider says of itself believed; its keys are read at each sign-in. */
const freshMs = 600_000;

interface Known {
  readonly metadata: client.ServerMetadata;
  readonly atMs: number;
}

/** One OpenID provider (OpenID Connect Core 1.0), by the authorization code flow with PKCE. */
export const createOpenIdProvider = (options: OpenIdOptions): SignInProvider => {
  const { issuer, scopes, stopwatch } = options;
  const state: { known: Known | undefined; reading: Promise<client.ServerMetadata> | undefined } = { known: undefined, reading: undefined };
  const discover = async (): Promise<client.ServerMetadata> => {
    const found = await client.discovery(new URL(issuer), options.clientId, undefined, authenticationOf(options), {
      execute: settingsOf(options),
      timeout: secondsOf(options),
      [client.customFetch]: boundedFetch as client.CustomFetch,
    });
    const metadata = found.serverMetadata();
    state.known = { metadata, atMs: stopwatch.elapsedMs() };
    return metadata;
  };
  /** However many people sign in at once, they share the reading. */
  const read = (): Promise<client.ServerMetadata> => {
    state.reading ??= discover().finally(() => {
      state.reading = undefined;
    });
    return state.reading;
  };
  const open = async (): Promise<client.Configuration> => {
    const { known } = state;
    const isFresh = known !== undefined && stopwatch.elapsedMs() - known.atMs < freshMs;
    return configurationOf(options, isFresh ? known.metadata : await read());
  };
  return {
    issuer,
    begin: (returnAddress) =>
      explained(async () => {
        const config = await open();
        const secrets = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier() };
        const url = client.buildAuthorizationUrl(config, {
          redirect_uri: returnAddress,
          scope: scopes,
          state: secrets.state,
          nonce: secrets.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(secrets.codeVerifier),
          code_challenge_method: "S256",
        });
        return { url: url.href, secrets };
      }),
    finish: (backAt, secrets) => explained(async () => readClaims(await open(), new URL(backAt), secrets)),
  } satisfies SignInProvider;
};

const readClaims = async (config: client.Configuration, backAt: URL, { state, nonce, codeVerifier }: SignInSecrets): Promise<Claims> => {
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, backAt, checks);
  const claims = tokens.claims();
  if (claims === undefined) throw refused("it gave no ID token");
  if (config.serverMetadata().userinfo_endpoint === undefined) return claims;
  // Where the provider gives an access token too, it may keep the address and the name for this call (OpenID Connect Core 1.0, section 5.4).
  return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
};

/** A configuration of its own for every sign-in, so that keys are read when they are needed: one that the provider has changed meanwhile is known at once. */
const configurationOf = (options: OpenIdOptions, metadata: client.ServerMetadata): client.Configuration => {
  const config = new client.Configuration(metadata, options.clientId, undefined, authenticationOf(options));
  config.timeout = secondsOf(options);
  config[client.customFetch] = boundedFetch as client.CustomFetch;
  for (const set of settingsOf(options)) set(config);
  return config;
};

/** The signature of the ID token is checked against the provider's keys, though it comes by TLS: no proxy between decides who somebody is. */
const settingsOf = ({ issuer }: OpenIdOptions) => [client.enableNonRepudiationChecks, ...(issuer.startsWith("http:") ? [client.allowInsecureRequests] : [])];

const authenticationOf = ({ clientSecret }: OpenIdOptions): client.ClientAuth =>
  clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);

const secondsOf = ({ deadlineMs = defaultDeadlineMs }: OpenIdOptions): number => deadlineMs / 1_000;

const explained = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : toAppError(error);
  }
};

const refused = (why: string): AppError => new AppError("SSO_REFUSED", { detail: `What the sign-in provider says is not taken: ${why}.` });

/** The cause is for the log: words alone. */
const away = (why: string): AppError => new AppError("SSO_UNAVAILABLE", { cause: new Error(`The sign-in provider is out of reach: ${why}.`) });

/** The library's errors may hold what the provider sent, with tokens in it: only their words and codes go on. */
const toAppError = (error: unknown): AppError => {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) return refused(`it answers ${printable(error.error)}`);
  if (error instanceof client.WWWAuthenticateChallengeError) return refused("it does not take Keywright's own credentials");
  if (!(error instanceof client.ClientError)) return away(describeFetchFailure(error));
  const { code = "", message } = error;
  if (code === "OAUTH_TIMEOUT") return away("no answer in time");
  return noAnswer.includes(code) ? away(message) : refused(message);
};

/** Codes for what is no answer of a provider's, such as a gateway's page that says that it is away. */
const noAnswer: readonly string[] = ["OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON", "OAUTH_PARSE_ERROR"];

const printable = (text: string): string => text.replace(/[^\w.-]/g, "").slice(0, 64);
