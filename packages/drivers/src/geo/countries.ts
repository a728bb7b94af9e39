import { fileURLToPath } from "node:url";
import type { Countries } from "@keywright/core";
import { type CountryResponse, open } from "maxmind";

const database = fileURLToPath(import.meta.resolve("@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"));

interface Located {
  readonly country_code?: string;
}

/** The registries' own records of who has which addresses, as a package: 15 MB that are read once. Nothing is asked over the network. */
export const openCountries = async (): Promise<Countries> => {
  const reader = await open<CountryResponse>(database);
  return {
    countryOf: (ip) => {
      try {
        return (reader.get(ip) as Located | null)?.country_code ?? "";
      } catch {
        // What is no address has no country.
        return "";
      }
    },
  } satisfies Countries;
};
