import type { Page } from "playwright-core";

/** What a person does on a page, and sees. */
export const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" }).click();
export const choose = (page: Page, name: string) => page.getByRole("menuitem", { name, exact: true }).click();
export const fill = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
export const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
export const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1, exact: true }).waitFor();

/** From the sign-in page to whatever comes next. */
export const signInAs = async (page: Page, email: string, password: string): Promise<void> => {
  await page.goto("/sign-in");
  await fill(page, "E-mail", email);
  await fill(page, "Password", password);
  await press(page, "Sign in");
};
