import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate for 127.0.0.1, signed by an authority of the test's own. Each is a file in PEM. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Made by `openssl` in a new folder below the one given. */
export const newCertificates = async (folder: string, name = "authority"): Promise<Certificates> => {
  const place = join(folder, name);
  await mkdir(place);
  const [caFile, caKeyFile, certFile, keyFile] = ["ca.pem", "ca.key", "cert.pem", "cert.key"].map((file) => join(place, file)) as [
    string,
    string,
    string,
    string,
  ];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...key, "-keyout", caKeyFile, "-out", caFile, "-subj", `/CN=Keywright test ${name}`]);
  const signed = ["-CA", caFile, "-CAkey", caKeyFile, "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
  await run("openssl", ["req", "-x509", ...key, ...signed, "-keyout", keyFile, "-out", certFile, "-subj", "/CN=127.0.0.1"]);
  return { caFile, certFile, keyFile };
};
