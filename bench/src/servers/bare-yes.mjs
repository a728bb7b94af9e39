/** The limit of a server that a gateway asks: a bare `node:http` server that says yes, and nothing else, to everything. */
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-length": "0" });
  response.end();
});

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
