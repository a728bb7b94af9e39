import type { FromFrame, Theme, ToFrame } from "./messages.ts";

/** Asks the page's own backend for the token of a new embed session. */
type GetToken = () => Promise<string> | string;

const tag = "keywright-keys";
const lowest = 240;
/** A taller list scrolls inside, so that a dialog is always where one looks. */
const highest = (): number => Math.max(640, window.innerHeight);

/**
 * `<keywright-keys src="https://keys.example.com">`: Keywright's page of keys inside this page. All that is secret stays in its frame, which is of Keywright's
 * own origin; the token goes there alone, by a message to exactly that origin, and rests nowhere here.
 */
class KeywrightKeys extends HTMLElement {
  static readonly observedAttributes = ["src", "label"];
  #getToken: GetToken | undefined;
  #frame: HTMLIFrameElement | undefined;
  #names: readonly string[] = [];
  #isWanted = false;
  #isAsking = false;

  get getToken(): GetToken | undefined {
    return this.#getToken;
  }

  set getToken(ask: GetToken | undefined) {
    this.#getToken = ask;
    void this.#hand();
  }

  connectedCallback(): void {
    // A property that was set before this script came hides the one of the class.
    const early = Object.getOwnPropertyDescriptor(this, "getToken")?.value as GetToken | undefined;
    if (early !== undefined) {
      Reflect.deleteProperty(this, "getToken");
      this.#getToken = early;
    }
    window.addEventListener("message", this.#hear);
    this.#show();
  }

  disconnectedCallback(): void {
    window.removeEventListener("message", this.#hear);
    this.#frame?.remove();
    this.#frame = undefined;
  }

  attributeChangedCallback(): void {
    if (this.#frame !== undefined) this.#show();
  }

  /** Hands over the colours as they are now; to be called when the page has changed its own. */
  applyTheme(): void {
    this.#post({ keywright: "theme", theme: this.#theme() });
  }

  get #origin(): string {
    return new URL(this.getAttribute("src") ?? import.meta.url, document.baseURI).origin;
  }

  #show(): void {
    this.#frame?.remove();
    this.#isWanted = false;
    const frame = document.createElement("iframe");
    // Its own origin, which is not this page's, so that the frame is no way out of the sandbox; and nothing beyond what the dialogs need.
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-downloads");
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "no-referrer";
    frame.title = this.getAttribute("label") ?? "API keys";
    Object.assign(frame.style, { display: "block", width: "100%", height: `${lowest}px`, border: "0" });
    frame.src = `${this.#origin}/embed/keys`;
    this.#frame = frame;
    (this.shadowRoot ?? this.attachShadow({ mode: "open" })).append(frame);
    this.style.display ||= "block";
  }

  /** Another window's messages, and another origin's in the frame, are nobody's. */
  readonly #hear = ({ source, origin, data }: MessageEvent): void => {
    if (this.#frame === undefined || source !== this.#frame.contentWindow || origin !== this.#origin) return;
    const message = data as FromFrame | null;
    if (message?.keywright === "ready") {
      this.#names = message.theme.map(String);
      this.#want();
    } else if (message?.keywright === "token") this.#want();
    else if (message?.keywright === "height") this.#frame.style.height = `${Math.min(Math.max(Number(message.px) || 0, lowest), highest())}px`;
    else if (message?.keywright === "event") this.#tell(message.name, { id: String(message.id) });
  };

  #want(): void {
    this.#isWanted = true;
    void this.#hand();
  }

  async #hand(): Promise<void> {
    const ask = this.#getToken;
    if (ask === undefined || !this.#isWanted || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const token = await ask();
      this.#isWanted = false;
      this.#post({ keywright: "session", token, theme: this.#theme() });
    } catch (error) {
      // What it says is the page's own affair; the frame asks again when somebody asks it to.
      this.#tell("error", { error });
    } finally {
      this.#isAsking = false;
    }
  }

  #post(message: ToFrame): void {
    this.#frame?.contentWindow?.postMessage(message, this.#origin);
  }

  #theme(): Theme {
    const style = getComputedStyle(this);
    const given = this.#names.map((name) => [name, style.getPropertyValue(`--keywright-${name}`).trim()] as const);
    return { "color-scheme": style.colorScheme, ...Object.fromEntries(given.filter(([, value]) => value !== "")) };
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`keywright:${name}`, { detail, bubbles: true }));
  }
}

if (customElements.get(tag) === undefined) customElements.define(tag, KeywrightKeys);
