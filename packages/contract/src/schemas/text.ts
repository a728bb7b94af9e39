import Type, { type TSchema, type TSchemaOptions } from "typebox";

/** A line of text for people: no control characters, no lone surrogates. */
export const text = (max: number, description: string, minLength = 1) =>
  Type.String({ minLength, maxLength: max, pattern: "^[^\\u0000-\\u001f\\u007f]*$", description });

/** An id as Keywright makes them: a prefix and a UUIDv7 as 22 base62 characters. */
export const id = (prefix: string, description: string) =>
  Type.String({ pattern: `^${prefix}_[0-9A-Za-z]{22}$`, description, examples: [`${prefix}_${"0".repeat(21)}1`] });

export const time = (description: string) => Type.String({ format: "date-time", description });

export const nullable = <T extends TSchema>(schema: T, options: TSchemaOptions = {}) => Type.Union([schema, Type.Null()], options);

/** Every object on the wire is closed: an unknown field is an error that names it. */
export const closed = { additionalProperties: false } as const;
