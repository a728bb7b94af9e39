import { common, problems } from "./en/common.ts";
import { shell } from "./en/shell.ts";
import { signIn } from "./en/sign-in.ts";

/**
 * Every text of the pages, by page. Plain data: `say` puts values in and picks the plural, so that another language is another object of this
 * shape.
 */
export const words = { common, problems, shell, signIn } as const;
