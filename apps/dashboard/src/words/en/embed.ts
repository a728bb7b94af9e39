/** The frame inside a page of another product. */
export const embed = {
  refused: "This page could not open your API keys: its session has ended or is not for this page. What you entered is still here.",
} as const;
