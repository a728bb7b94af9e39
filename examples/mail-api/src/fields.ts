/** A request that cannot be done as it is: answered as a problem document (RFC 9457). */
export class BadRequest extends Error {
  readonly status: number;

  constructor(detail: string, status = 400) {
    super(detail);
    this.name = "BadRequest";
    this.status = status;
  }
}

const text = (body: unknown, name: string, most: number): string => {
  const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== "string" || value.trim() === "" || value.length > most) throw new BadRequest(`${name} must be text of 1 to ${most} characters.`);
  return value;
};

/** No line breaks: in a header of a mail they would begin another one. */
export const readLine = (body: unknown, name: string, most: number): string => {
  const line = text(body, name, most);
  if (/[\r\n\0]/.test(line)) throw new BadRequest(`${name} must be one line.`);
  return line;
};

export const readText = text;

export const readAddress = (body: unknown, name: string): string => {
  const address = readLine(body, name, 254);
  if (!/^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]+$/.test(address)) throw new BadRequest(`${name} must be an e-mail address.`);
  return address;
};

export const readId = (value: unknown): string => {
  if (typeof value !== "string" || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) throw new BadRequest("There is no such contact.", 404);
  return value;
};
