import Type from "typebox";
import { bounds } from "./limits.ts";

/** What every list takes. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: bounds.page, default: 50 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
};
