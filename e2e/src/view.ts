import type { Page } from "playwright-core";
import type { DashboardScene } from "./dashboard-scene.ts";

/** A page or dialog, and the way to it. A line here is looked at by axe, and drawn by `npm run screenshots`. */
export interface View {
  readonly name: string;
  readonly isSignedOut?: true;
  /** Nothing else can be shown in its browser afterwards. */
  readonly endsSession?: true;
  readonly show: (page: Page, scene: DashboardScene) => Promise<unknown>;
}
