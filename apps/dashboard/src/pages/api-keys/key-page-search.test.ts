import { expect, it } from "vitest";
import { readKeyPageSearch } from "./key-page-search.ts";

it("takes of a mail's link the dialog and the tenant, and nothing that a stranger wrote instead", () => {
  const tenant = `ten_${"0".repeat(22)}`;
  expect(readKeyPageSearch({ dialog: "regenerate", tenant })).toEqual({ dialog: "regenerate", tenant });
  expect(readKeyPageSearch({ dialog: "revoke", tenant: "ten_1/../x", next: "//elsewhere" })).toEqual({});
  expect(readKeyPageSearch({ dialog: ["regenerate"], tenant: 7 })).toEqual({});
});
