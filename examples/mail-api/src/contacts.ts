import type { PGlite } from "@electric-sql/pglite";
import { type RequestHandler, Router } from "express";
import { BadRequest, readAddress, readId, readLine } from "./fields.ts";
import { tenantOf } from "./tenant.ts";

interface Contact {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: Date;
}

const columns = "id, email, name, created_at";
const mostListed = 100;

interface ContactDeps {
  readonly database: PGlite;
  /** Admits keys that may manage contacts. */
  readonly guard: RequestHandler;
  /** Reads the body, once the key is known to be good. */
  readonly body: RequestHandler;
}

/** `/v1/contacts`: every statement names the tenant, so that no key reaches another tenant's contacts. */
export const contactRoutes = ({ database, guard, body }: ContactDeps): Router => {
  const query = async (sql: string, values: readonly string[]): Promise<Contact[]> => {
    try {
      return (await database.query<Contact>(sql, [...values])).rows;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "23505") throw new BadRequest("There is a contact with this address already.", 409);
      throw error;
    }
  };
  const one = async (sql: string, values: readonly string[]): Promise<Contact> => {
    const [contact] = await query(sql, values);
    if (contact === undefined) throw new BadRequest("There is no such contact.", 404);
    return contact;
  };
  const routes = Router();
  routes.get("/", guard, async (request, response) => {
    response.json({
      data: await query(`select ${columns} from contacts where tenant_id = $1 order by created_at desc, id limit ${mostListed}`, [tenantOf(request)]),
    });
  });
  routes.post("/", guard, body, async (request, response) => {
    const values = [tenantOf(request), readAddress(request.body, "email"), readLine(request.body, "name", 100)];
    response.status(201).json(await one(`insert into contacts (tenant_id, email, name) values ($1, $2, $3) returning ${columns}`, values));
  });
  routes.get("/:id", guard, async (request, response) => {
    response.json(await one(`select ${columns} from contacts where tenant_id = $1 and id = $2`, [tenantOf(request), readId(request.params["id"])]));
  });
  routes.patch("/:id", guard, body, async (request, response) => {
    const values = [tenantOf(request), readId(request.params["id"]), readLine(request.body, "name", 100)];
    response.json(await one(`update contacts set name = $3 where tenant_id = $1 and id = $2 returning ${columns}`, values));
  });
  routes.delete("/:id", guard, async (request, response) => {
    await one(`delete from contacts where tenant_id = $1 and id = $2 returning ${columns}`, [tenantOf(request), readId(request.params["id"])]);
    response.status(204).end();
  });
  return routes;
};
