import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer } from "../load-server.ts";
import { integerIn } from "../option-values.ts";
import type { OpenSession, Session } from "../session.ts";

interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly workers?: number;
}

export const addServe = (program: Command, open: OpenSession, load: LoadServer): void => {
  const command = program
    .command("serve")
    .description("Serve the API until SIGTERM or SIGINT. Settings come from the environment; options win over it.")
    .option("--port <port>", "port to listen on, 0 for a free one; else PORT, else 4747", integerIn(0, 65_535))
    .option("--host <address>", "address to listen on; else HOST, else 127.0.0.1")
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .option("--workers <count>", "processes that share the port, on DATABASE_URL; SIGHUP replaces them one by one", integerIn(1, 64))
    .action((options: ServeOptions) => serve(open(), load, options));
  addExamples(command, ["keywright serve", "keywright serve --port 8080 --host 0.0.0.0 --data-dir /var/lib/keywright", "keywright serve --workers 4"]);
};

const serve = async (session: Session, load: LoadServer, { port, host, dataDir, workers }: ServeOptions): Promise<void> => {
  const server = await load();
  const options = defined({ port, host, dataDir });
  session.exitWith(await (workers === undefined ? server.serve(options) : server.serveWorkers(options, workers)));
};
