/** One mail to one person. `text` says everything; `html` says the same. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends mail. Resolves when the mail has been handed over for delivery (not when it has arrived); rejects with `Unavailable("mailer")` where it
 * cannot be now. Mails carry links with tokens in them: nothing of a mail's body is logged or quoted in an error.
 */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
