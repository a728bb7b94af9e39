import { AppError } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PageFile, Pages } from "./load-pages.ts";
import { framedHeaders, sendFile } from "./send-file.ts";

const framePath = "/embed/keys";
const scriptPath = "/embed/keywright-keys.js";

interface EmbedDeps {
  readonly load: () => Promise<Pages>;
  /** None: there is nothing here. */
  readonly embedOrigins: readonly string[];
}

export const embedPathsOf = ({ embedOrigins }: Pick<EmbedDeps, "embedOrigins">): readonly string[] =>
  embedOrigins.length === 0 ? [] : [framePath, scriptPath];

/**
 * `<keywright-keys>` for pages of other products, and the page in its frame. Neither says anything of anybody: the frame asks the API, by the token that the
 * page around it hands over. `X-Frame-Options` knows no list of origins, so that here the policy alone says who may frame.
 */
export const mountEmbed = (app: FastifyInstance, { load, embedOrigins }: EmbedDeps): void => {
  if (embedOrigins.length === 0) return;
  const shared = { helmet: { frameguard: false, crossOriginResourcePolicy: { policy: "cross-origin" } } } as const;
  const headers = framedHeaders(embedOrigins);
  const find = async (name: string): Promise<PageFile> => {
    const file = (await load()).get(name);
    if (file === undefined) throw new AppError("NO_SUCH_ENDPOINT");
    return file;
  };
  app.get(framePath, shared, async (request: FastifyRequest, reply: FastifyReply) => sendFile(request, reply.headers(headers), await find("embed.html")));
  // Module scripts are asked for by CORS, without cookies; the file is the same for everybody.
  app.get(scriptPath, shared, async (request: FastifyRequest, reply: FastifyReply) =>
    sendFile(request, reply.header("access-control-allow-origin", "*"), await find("keywright-keys.js")),
  );
};
