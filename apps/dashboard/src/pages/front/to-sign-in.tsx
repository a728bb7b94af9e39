import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button.tsx";
import { words } from "../../words/words.ts";

export const ToSignIn = () => (
  <Link className={buttonClass("plain", "w-full")} search={{}} to="/sign-in">
    {words.front.toSignIn}
  </Link>
);
