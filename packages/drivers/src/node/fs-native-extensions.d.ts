declare module "fs-native-extensions" {
  /** Takes the lock of an open file, exclusively; false where another process, or another opening of the file, holds it. Released when the file is closed. */
  export const tryLock: (descriptor: number) => boolean;
}
