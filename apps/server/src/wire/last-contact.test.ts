import { expect, it } from "vitest";
import { createLastContact } from "./last-contact.ts";

it("is away after a failure that says so, until a call is answered", async () => {
  const contact = createLastContact();
  expect(await contact.health()).toBe("ok");
  await expect(contact.note(Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  expect(await contact.health()).toBe("out of reach, when it was last asked");
  await expect(contact.note(Promise.reject(new Error("no")), () => false)).rejects.toThrow("no");
  expect(await contact.health()).toBe("ok");
  await expect(contact.note(Promise.reject(new Error("refused")))).rejects.toThrow();
  expect(await contact.note(Promise.resolve(7))).toBe(7);
  expect(await contact.health()).toBe("ok");
});
