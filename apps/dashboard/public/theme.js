// Before the first paint, so that a dark page is never white for a moment.
try {
  const theme = localStorage.getItem("keywright.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme holds.
}
