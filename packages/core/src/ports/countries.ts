/** Which country an address is of, from what is known offline. */
export interface Countries {
  /** ISO 3166-1 alpha-2; '' where it is not known. */
  countryOf(ip: string): string;
}
