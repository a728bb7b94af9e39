import { readFileSync } from "node:fs";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, loadEnv, type Plugin } from "vite";

/** Where the API is while `npm run dev -w apps/dashboard` serves the pages from source: `KEYWRIGHT_URL`, or where `keywright serve` listens. */
const apiOf = (mode: string): string => loadEnv(mode, import.meta.dirname, "KEYWRIGHT_")["KEYWRIGHT_URL"] ?? "http://127.0.0.1:4747";

const at = (name: string): string => new URL(name, import.meta.url).pathname;

/** The licence of the letters goes where they go. */
const fontLicence = (): Plugin => ({
  name: "font-licence",
  generateBundle() {
    const source = readFileSync(new URL("../../node_modules/@fontsource-variable/inter/LICENSE", import.meta.url), "utf8");
    this.emitFile({ type: "asset", fileName: "assets/inter-licence.txt", source });
  },
});

/**
 * What every page is made of is one script, and so are the pages of keys, which most people see first: many small ones cost more to ask for, and
 * to begin, than a few larger ones. What only some pages need stays theirs; what only an open menu, a note or a form needs comes after the first page.
 */
const groups = [
  { name: "libraries", test: /node_modules[\\/](?:react|react-dom|scheduler|@tanstack|use-sync-external-store)[\\/]/, priority: 5 },
  {
    name: "base",
    test: /node_modules[\\/]lucide-react[\\/]|packages[\\/](?:sdk|contract)[\\/]src[\\/]|dashboard[\\/]src[\\/](?:ui[\\/](?!bars|confirm|shown-once|menu-list|toast-list)|words[\\/]|shell[\\/](?!sign-in-again))|dashboard[/]src[/](?!main|router|form)[^/]+\.tsx?$/,
    priority: 4,
  },
  {
    name: "floating",
    test: /node_modules[\\/](?:radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll|use-sidecar|use-callback-ref|react-style-singleton)[\\/]|ui[\\/](?:menu-list|toast-list)/,
    priority: 3,
  },
  { name: "forms", test: /node_modules[\\/]react-hook-form[\\/]|dashboard[\\/]src[\\/](?:form\.ts|ui[\\/](?:shown-once|confirm))/, priority: 3 },
  {
    name: "keys",
    test: /pages[\\/]api-keys[\\/](?!details|edit-form|history|key-facts|secrets|usage-|.*-dialog|.*-fields|key-form|code-examples|first-request)/,
    priority: 2,
  },
  { name: "dialogs", test: /pages[\\/]api-keys[\\/](?:.*-dialog|.*-fields|key-form|code-examples|first-request)/, priority: 1 },
];

export default defineConfig(({ mode }) => ({
  base: "/dashboard/",
  plugins: [react(), tailwindcss(), fontLicence()],
  resolve: { conditions: ["x-source", ...defaultClientConditions] },
  // An asset in the text of another would be a `data:` URL, which the policy of the pages forbids.
  build: {
    assetsInlineLimit: 0,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: at("index.html"), embed: at("embed.html"), "keywright-keys": at("src/embed/keywright-keys.ts") },
      // Pages of other products name this one script: its address never changes.
      output: { entryFileNames: ({ name }) => (name === "keywright-keys" ? "[name].js" : "assets/[name]-[hash].js"), codeSplitting: { groups } },
    },
    chunkSizeWarningLimit: 1_000,
    license: { fileName: "assets/licences.md" },
  },
  server: { proxy: { "/api": apiOf(mode) } },
}));
