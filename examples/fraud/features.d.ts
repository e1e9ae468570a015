import { type Payment } from "./simulator.ts";
import type { Transaction } from "./transaction.ts";
/** Days until the bank knows whether a payment was fraud: no feature may use a label before that. */
export declare const DELAY_DAYS = 7;
/** The longest window that a feature looks back over. */
export declare const WINDOW_DAYS = 30;
/** What the rules see of each of the payments, which must be in the order of time. */
export declare function describePayments(payments: readonly Payment[]): Transaction[];
//# sourceMappingURL=features.d.ts.map
