/** One mail to one person. `text` says everything; `html` says the same. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `id@host`: the same for every repetition of one mail, so that a mailbox knows it again. Left out: the sender makes one. */
  readonly messageId?: string;
  /** Where a mail's reader leaves its list without signing in: RFC 2369 and, by one `POST`, RFC 8058. */
  readonly unsubscribeUrl?: string;
}

/**
 * Sends mail. Resolves when the mail has been handed over for delivery (not when it has arrived); rejects with `Unavailable("mailer")` where it
 * cannot be now. Mails carry links with tokens in them: nothing of a mail's body is logged or quoted in an error.
 */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
