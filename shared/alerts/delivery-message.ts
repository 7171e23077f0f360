/** "Look here": names a partition of the ledger, and nothing else (security rule 28). */
export interface DeliveryMessage {
  partition: string;
}
