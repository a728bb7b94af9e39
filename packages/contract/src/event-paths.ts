/** Where streams of events are, apart from their schemas: a page that listens needs no more of them. */
export const eventPaths = { changes: "/api/v1/platform/events", verdicts: "/api/v1/platform/requests/stream" } as const;
