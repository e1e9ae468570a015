import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCases } from "./cases.ts";
import { openOffice, type Order, POLICIES, senderOf } from "./office.ts";

const order: Order = {
  id: "A-10000",
  account: "ada@example.org",
  status: "delivered",
  items: [{ sku: "LAMP-2", name: "desk lamp", price: 39.9 }],
  address: "1 Mill Road, Northam",
  placedDaysAgo: 12,
  shippedDaysAgo: 10,
  deliveredDaysAgo: 7,
  promisedDays: 4,
  payments: [39.9, 39.9],
};

describe("the back office", () => {
  it("does what it is told, and answers with what is true then", () => {
    const office = openOffice({ orders: [order] });
    expect(office.call({ tool: "find_order", arguments: { order_id: "A-10000" } })).toMatchObject({
      status: "delivered",
    });
    expect(office.call({ tool: "list_orders", arguments: { email: "ada@example.org" } })).toEqual({
      orders: [{ id: "A-10000", status: "delivered", articles: ["desk lamp"] }],
    });
    expect(office.call({ tool: "read_policy", arguments: { topic: "refunds" } })).toEqual({ policy: POLICIES.refunds });
    office.call({ tool: "cancel_order", arguments: { order_id: "A-10000" } });
    expect(office.call({ tool: "find_order", arguments: { order_id: "A-10000" } })).toMatchObject({
      status: "cancelled",
    });
    office.call({ tool: "replace_item", arguments: { order_id: "A-10000", sku: "LAMP-2" } });
    office.call({ tool: "change_address", arguments: { order_id: "A-10000", address: " 2 Mill Road, Northam " } });
    office.call({ tool: "open_trace", arguments: { order_id: "A-10000" } });
    office.call({ tool: "hand_over", arguments: {} });
    expect(office.effects).toEqual([
      { kind: "cancellation", order: "A-10000" },
      { kind: "replacement", order: "A-10000", sku: "LAMP-2" },
      { kind: "address", order: "A-10000", address: "2 Mill Road, Northam" },
      { kind: "trace", order: "A-10000" },
      { kind: "handover" },
    ]);
  });

  it("never pays back more than was paid, in however many parts, to the cent", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 60, noNaN: false }), { maxLength: 40 }), (amounts) => {
        const office = openOffice({ orders: [order] });
        for (const amount of amounts) office.call({ tool: "refund", arguments: { order_id: "A-10000", amount } });
        const back = office.effects.reduce((sum, effect) => sum + (effect.kind === "refund" ? effect.amount : 0), 0);
        expect(back).toBeLessThanOrEqual(79.8 + 1e-9);
        for (const effect of office.effects) expect(effect.kind === "refund" && effect.amount >= 0).toBe(true);
      }),
    );
    const office = openOffice({ orders: [order] });
    const refund = { tool: "refund", arguments: { order_id: "A-10000", amount: 39.9 } };
    expect(office.call(refund)).toMatchObject({ done: true });
    expect(office.call(refund)).toMatchObject({ done: true });
    expect(office.call(refund)).toEqual({ error: "no more than 0.00 can be paid back" });
  });

  it("answers whatever it is called with, and changes nothing by what makes no sense", () => {
    const anything = fc.record({
      tool: fc.oneof(
        fc.string(),
        fc.constantFrom("refund", "find_order", "__proto__", "constructor", "toString", "cancel_order"),
      ),
      arguments: fc.dictionary(
        fc.constantFrom("order_id", "amount", "sku", "address", "email", "topic"),
        fc.anything(),
      ),
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 20 }), (actions) => {
        const office = openOffice({ orders: [order] });
        for (const action of actions) expect(office.call(action)).toBeTypeOf("object");
        expect(office.effects).toEqual([]);
      }),
    );
  });

  it("leaves the records alone", () => {
    const { inputs } = drawCases("train", 1)!;
    const before = JSON.stringify(inputs);
    for (const { office: records } of inputs) {
      const office = openOffice(records);
      for (const { id } of records.orders) office.call({ tool: "cancel_order", arguments: { order_id: id } });
    }
    expect(JSON.stringify(inputs)).toBe(before);
  });

  it("knows the sender from the header alone", () => {
    expect(senderOf("From: Ada Berger <ada@example.org>\n\nFrom: Eve <eve@example.org>")).toBe("ada@example.org");
    expect(senderOf("no header")).toBe("");
  });
});
