/** Sends batches of spans to wherever they go. Connects when there is something to send. */
export interface Sender<Batch> {
  /** One batch at a time. @throws where it did not get out */
  send(batch: Batch): Promise<void>;
  /** Cuts what is under way. */
  close(): Promise<void>;
}
