import type { FastifyInstance } from "fastify";

/** Whether the process can do its work, and what each engine says. */
export interface Readiness {
  readonly ready: boolean;
  /** Engine → `ok`, or one sentence of what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

export const healthPath = "/healthz";
export const readyPath = "/readyz";

/** `/healthz`: the process lives. `/readyz`: it can work, else 503 and why. */
export const mountHealth = (app: FastifyInstance, readiness: () => Promise<Readiness>): void => {
  app.get(healthPath, (_request, reply) => reply.send({ status: "ok" }));
  app.get(readyPath, async (_request, reply) => {
    const { ready, checks } = await readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "unready", checks });
  });
};
