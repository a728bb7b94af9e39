/** Guides by their path in the repository. */
export interface Section {
  readonly title: string;
  readonly guides: readonly string[];
}

/** The order in which the site is read. `docs/adr/` stands for all that lies there. */
const sections: readonly Section[] = [
  { title: "Start", guides: ["docs/README.md", "docs/quick-start.md", "docs/concepts.md"] },
  {
    title: "Guard an API",
    guides: ["docs/guarding.md", "docs/sdk.md", "docs/embedding.md", "docs/webhooks.md", "docs/errors.md", "examples/mail-api/README.md"],
  },
  {
    title: "Run it",
    guides: [
      "docs/deploy.md",
      "docs/running.md",
      "docs/configuration.md",
      "ops/vault/README.md",
      "docs/sign-in.md",
      "docs/permissions.md",
      "docs/usage.md",
      "docs/reminders.md",
      "docs/audit.md",
      "docs/audit-actions.md",
      "docs/alerts.md",
      "docs/alert-rules.md",
      "docs/metrics.md",
    ],
  },
  { title: "Help", guides: ["docs/security.md", "docs/troubleshooting.md", "docs/limits.md"] },
  { title: "How it is made", guides: ["docs/architecture.md", "docs/performance.md", "bench/alternatives/README.md", "docs/verification/README.md"] },
  { title: "Decisions", guides: ["docs/adr/"] },
  { title: "The project", guides: ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"] },
];

/** Every guide that is there, once: where the order above says, and else among those of the project. */
export const arrangeGuides = (files: readonly string[]): readonly Section[] => {
  const named = new Set(sections.flatMap(({ guides }) => guides));
  const isPlaced = (file: string): boolean => named.has(file) || named.has(folderOf(file));
  const rest = files.filter((file) => !isPlaced(file)).toSorted();
  const last = sections.at(-1)?.title;
  const arranged = sections.map(({ title, guides }) => ({
    title,
    guides: [...guides.flatMap((guide) => placed(files, guide)), ...(title === last ? rest : [])],
  }));
  return arranged.filter(({ guides }) => guides.length > 0);
};

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/") + 1);

const placed = (files: readonly string[], guide: string): readonly string[] =>
  guide.endsWith("/") ? files.filter((file) => folderOf(file) === guide).toSorted() : files.filter((file) => file === guide);
