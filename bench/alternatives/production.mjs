/** Imported before any library: some of them read the mode while they load. */
process.env.NODE_ENV = "production";
