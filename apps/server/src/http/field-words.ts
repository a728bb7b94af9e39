/** The part of JSON Schema that the contract speaks. */
export interface FieldSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly patternProperties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: FieldSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
}

const lineOfText = "^[^\\u0000-\\u001f\\u007f]*$";

/** Patterns and formats of the contract in words; a test holds this complete. */
const patternWords: Readonly<Record<string, string>> = {
  "^[0-9A-Fa-f:.]*$": "an IPv4 or IPv6 address",
  [lineOfText]: "text without control characters",
  "^[a-z_]{1,20}$": "a name of 1 to 20 small letters or _",
  "^[A-Z]{1,16}$": "an HTTP method of 1 to 16 capital letters",
  "^[a-z][a-z0-9_.:-]{0,63}$": "a scope: a small letter, then up to 63 small letters, digits or _ . : -",
  "^[A-Za-z0-9_.-]{1,64}$": "1 to 64 letters, digits or _ . -",
  "^req_[0-9a-z]{26}(\\.[1-9][0-9]{0,2})?$": "a request's id: req_ and 26 small letters or digits",
  "^[0-9A-Za-z_-]{16,64}$": "an id of your own: 16 to 64 letters, digits or _ -",
  "^[a-z][a-z0-9]{0,15}$": "a small letter, then up to 15 small letters or digits",
};
const formatWords: Readonly<Record<string, string>> = {
  "date-time": "an RFC 3339 time such as 2030-01-31T12:00:00Z",
  email: "an e-mail address",
};
const idPattern = /^\^([a-z]+)_\[0-9A-Za-z\]\{22\}\$$/;

export const describePattern = (pattern: string): string | undefined => {
  const prefix = idPattern.exec(pattern)?.[1];
  return prefix === undefined ? patternWords[pattern] : `an id: ${prefix}_ and 22 letters or digits`;
};
export const describeFormat = (format: string): string | undefined => formatWords[format];

/** What a value of this schema looks like; completes "must be …". Never speaks of the value that was sent. */
export const describeField = (schema: FieldSchema): string => {
  if (schema.anyOf !== undefined) return describeUnion(schema.anyOf);
  if ("const" in schema) return `${schema.const}`;
  return describers[schema.type ?? ""]?.(schema) ?? "another value";
};

const describeUnion = (branches: readonly FieldSchema[]): string => {
  const literals = branches.filter((branch) => "const" in branch).map((branch) => `${branch.const}`);
  const others = branches.filter((branch) => !("const" in branch)).map(describeField);
  const words = literals.length > 1 ? [`one of ${literals.join(", ")}`, ...others] : [...literals, ...others];
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : (words[0] ?? "another value");
};

const describers: Readonly<Record<string, (schema: FieldSchema) => string>> = {
  string: (schema) => describeText(schema),
  integer: ({ minimum, maximum }) => `a whole number${range(minimum, maximum)}`,
  number: ({ minimum, maximum }) => `a number${range(minimum, maximum)}`,
  boolean: () => "true or false",
  null: () => "null",
  array: ({ minItems, maxItems }) => `a list${counted(minItems, maxItems, "entries")}`,
  object: ({ minProperties, maxProperties }) => `an object${counted(minProperties, maxProperties, "fields")}`,
};

const describeText = ({ minLength, maxLength, pattern, format }: FieldSchema): string => {
  if (pattern === lineOfText) return `text${counted(minLength, maxLength, "characters")}, without control characters`;
  const shape = (format === undefined ? undefined : describeFormat(format)) ?? (pattern === undefined ? "text" : (describePattern(pattern) ?? "text"));
  return `${shape}${counted(minLength, maxLength, "characters")}`;
};

const range = (minimum: number | undefined, maximum: number | undefined): string => {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
};

const counted = (least: number | undefined, most: number | undefined, what: string): string => {
  if (most !== undefined) return (least ?? 0) > 0 ? ` of ${least} to ${most} ${what}` : ` of at most ${most} ${what}`;
  return (least ?? 0) > 0 ? ` of at least ${least} ${what}` : "";
};
