import { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

type TakeBody = (body: Buffer) => void;

const readStream = Object.getOwnPropertyDescriptor(Readable.prototype, "readableEnded")?.get as (this: Readable) => boolean;
const nothing = Buffer.alloc(0);

/**
 * Node's request, whose body can be had whole: without a listener, and without the turns of the stream that would bring it, which cost a sixth of a small
 * request and its reply. Who does not ask for it has the stream, as ever.
 */
export class WholeRequest extends IncomingMessage {
  #take: TakeBody | undefined;
  #body: Buffer | undefined;

  /** Calls once, when all of the body is there; never, where the client hangs up before. To be asked before the first byte comes: when the server is handed the request. */
  takeBody(take: TakeBody): void {
    this.#take = take;
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (this.#take === undefined) return super.push(chunk, encoding);
    if (chunk === null) this.#hand(this.#take);
    else this.#body = this.#body === undefined ? chunk : Buffer.concat([this.#body, chunk]);
    // The next piece is welcome.
    return true;
  }

  /** Whether all that comes has been read. */
  get isRead(): boolean {
    return this.#take === undefined ? readStream.call(this) : this.complete;
  }

  /** Node resumes a request that it has answered and nobody has read, to be rid of its body: of one that was taken there is none in the stream. */
  override resume(): this {
    return this.#take === undefined ? super.resume() : this;
  }

  #hand(take: TakeBody): void {
    const body = this.#body ?? nothing;
    this.#body = undefined;
    take(body);
  }
}

/** Node lets go of an answered request that has ended, and would keep any other one, with its key, until the connection's next. (The types have it for a plain field.) */
Object.defineProperty(WholeRequest.prototype, "readableEnded", {
  get(this: WholeRequest) {
    return this.isRead;
  },
});
