/** The product's sign. */
export const Mark = () => (
  <svg aria-hidden="true" className="size-7 shrink-0 text-accent" viewBox="0 0 32 32">
    <rect fill="currentColor" height="32" rx="8" width="32" />
    <g className="text-surface" fill="none" stroke="currentColor" strokeLinecap="round" strokeLinejoin="round" strokeWidth="2.6">
      <circle cx="12" cy="16" r="4.2" />
      <path d="M16.2 16H25v3.6M21 16v2.8" />
    </g>
  </svg>
);
