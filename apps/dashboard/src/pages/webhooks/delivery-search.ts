import type { Delivery } from "@keywright/contract";

/** The filter of the deliveries, as it stands in the address. */
export interface DeliverySearch {
  readonly status?: Delivery["status"];
}

export const deliveryStates = ["pending", "delivered", "failed"] as const satisfies readonly Delivery["status"][];

/** What an address says, without what makes no sense in it. */
export const readDeliverySearch = ({ status }: Readonly<Record<string, unknown>>): DeliverySearch => {
  const known = deliveryStates.find((state) => state === status);
  return known === undefined ? {} : { status: known };
};
