/** What the user may do in the room. */
export interface MessageRights {
  readonly userId: number;
  /** Not archived. */
  readonly writable: boolean;
  /** May delete what others wrote. */
  readonly moderator: boolean;
}

/** What can be done with messages. The same object for as long as the room is open, so that rows stay as they are. */
export interface MessageCommands {
  beginEdit(messageId: number): void;
  /** Rejects with a `ChatError`. */
  saveEdit(messageId: number, content: string): Promise<void>;
  endEdit(): void;
  /** Deletes it in a few seconds, with an offer to undo. */
  remove(messageId: number): void;
  copy(text: string): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
}
