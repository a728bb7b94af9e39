import { type Recorded, type StubServer, sendJson, startStub } from "@keywright/sdk/testing";

/** `METHOD /path` → what is answered: a body for 200, or a status and a body. */
export type Answers = Readonly<Record<string, unknown>>;

export interface StubApi extends StubServer {
  /** Answers from now on. */
  readonly serve: (answers: Answers) => void;
  /** The environment that leads the command line here. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked since the last look: method, path with query, and body as JSON. */
  readonly asked: () => readonly (readonly [call: string, body?: unknown])[];
}

/** A management API that answers as the test says; whatever is not said is a 404 problem. */
export const startStubApi = async (): Promise<StubApi> => {
  const state: { answers: Answers; seen: number } = { answers: {}, seen: 0 };
  const stub = await startStub(({ method, url }, response) => {
    const answer = state.answers[`${method} ${url}`] ?? state.answers[`${method} ${url.split("?", 1)[0]}`];
    if (answer === undefined)
      sendJson(response, 404, { title: "There is no such resource", detail: "Nothing with this id is visible.", code: "NOT_FOUND", request_id: "req_1" });
    else if (Array.isArray(answer)) sendJson(response, Number(answer[0]), answer[1]);
    else sendJson(response, 200, answer);
  });
  const plain = ({ method, url, body }: Recorded) =>
    body === "" ? ([`${method} ${url}`] as const) : ([`${method} ${url}`, JSON.parse(body) as unknown] as const);
  return {
    ...stub,
    env: { KEYWRIGHT_URL: stub.base },
    serve: (answers) => {
      state.answers = answers;
    },
    asked: () => {
      const fresh = stub.requests.slice(state.seen);
      state.seen = stub.requests.length;
      return fresh.map(plain);
    },
  };
};
