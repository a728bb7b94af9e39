import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Config } from "./config.ts";

type Place = Pick<Config, "port" | "host">;

const refused = ({ port, host }: Place, error: NodeJS.ErrnoException): Error =>
  error.code === "EADDRINUSE"
    ? new Error(`Port ${port} on ${host} is in use by another program; set PORT to another one, or stop that program.`)
    : new Error(`Keywright cannot listen on ${host}, port ${port} (${error.code}); HOST must be an address of this machine.`, { cause: error });

/** Rejects with one sentence where nobody could listen, before anything is opened or made for a start that cannot succeed. */
export const requirePort = async (place: Place): Promise<void> => {
  const probe = createServer().listen({ port: place.port, host: place.host });
  await once(probe, "listening").catch((error: NodeJS.ErrnoException) => {
    throw refused(place, error);
  });
  probe.close();
  await once(probe, "close");
};

/** Listens, and answers where. */
export const listen = async (app: FastifyInstance, { port, host }: Place): Promise<string> => {
  await app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
    throw refused({ port, host }, error);
  });
  const { address, family, port: taken } = app.server.address() as AddressInfo;
  const shown = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  return `http://${family === "IPv6" && shown !== "127.0.0.1" ? `[${shown}]` : shown}:${taken}`;
};
