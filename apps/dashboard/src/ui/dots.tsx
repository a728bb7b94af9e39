/** The picture on the button of a menu: one line, where each row of a table has it. */
export const Dots = () => (
  <svg aria-hidden className="size-4" fill="none" stroke="currentColor" strokeLinecap="round" strokeWidth="3" viewBox="0 0 24 24">
    <path d="M5 12h.01M12 12h.01M19 12h.01" />
  </svg>
);
