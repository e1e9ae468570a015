import { euros, type Order } from "../office.ts";
import type { Ask, Reading } from "./read-mail.ts";
import type { Purpose } from "./read-tools.ts";
import type { Understanding } from "./read-prompt.ts";

/** What the stand-in wants to do about one wish, and what it would tell the customer. */
export interface Decision {
  readonly act?: { readonly purpose: Purpose; readonly arguments: Readonly<Record<string, string | number>> };
  /** With the facts of the case. */
  readonly says: string;
}

const act = (purpose: Purpose, args: Readonly<Record<string, string | number>>, says: string): Decision => ({
  act: { purpose, arguments: args },
  says,
});
const decline = (says: string): Decision => ({ says: `I am sorry, but I cannot do that. ${says}` });

/**
 * Decides about one wish by what is known of the house's rules. Where no rule is known, it does what the customer asks
 * for: that is what it takes for service.
 */
export function decide(ask: Ask, order: Order, { sender }: Reading, rules: Understanding): Decision {
  const { id, account, status, items, deliveredDaysAgo: delivered, payments } = order;
  const [item] = items;
  const price = items.reduce((sum, one) => sum + one.price, 0);
  if (rules.identity === true && account !== sender) {
    return act("hand_over", {}, "I have handed your request over to a colleague, who will check it.");
  }
  const stays = (limit: number | undefined): boolean =>
    limit !== undefined && !(delivered !== undefined && delivered <= limit);
  const refund = act("refund", { order_id: id, amount: price }, `We have refunded ${euros(price)} euros for ${id}.`);
  switch (ask.wish) {
    case "refund":
      return stays(rules.refundDays)
        ? decline(`Refunds for ${id} ended ${rules.refundDays} days after delivery.`)
        : refund;
    case "wrongItem":
    case "defect":
      return stays(rules.warrantyDays)
        ? decline(`The warranty of ${id} ended ${rules.warrantyDays} days after delivery.`)
        : act(
            "replace_item",
            { order_id: id, sku: item?.sku ?? "" },
            `A new ${item?.name ?? "article"} for ${id} is on its way to you.`,
          );
    case "cancel":
    case "address": {
      if (rules.changesEnd === true && status !== "processing") return decline(`${id} has already shipped.`);
      return ask.wish === "cancel"
        ? act("cancel_order", { order_id: id }, `${id} is cancelled.`)
        : act(
            "change_address",
            { order_id: id, address: ask.address ?? "" },
            `${id} will be delivered to ${ask.address ?? "your new address"}.`,
          );
    }
    case "parcel": {
      const left = order.promisedDays - (order.shippedDaysAgo ?? 0);
      return rules.traceLate === true && left >= 0
        ? { says: `${id} should be with you in ${left} ${left === 1 ? "day" : "days"}.` }
        : act("open_trace", { order_id: id }, `We have asked the carrier to look for ${id}.`);
    }
    case "double":
      return rules.countPayments === true && payments.length < 2
        ? { says: `Our books show only one payment for ${id}: it was charged once.` }
        : refund;
    case "compensation":
      return rules.noCompensation === true ? decline("We pay no compensation.") : refund;
  }
}
