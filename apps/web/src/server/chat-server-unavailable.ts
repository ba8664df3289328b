/** The chat server is needed to say who somebody is, and does not; the message is for the person at the screen. */
export class ChatServerUnavailable extends Error {
  override readonly name = 'ChatServerUnavailable';
}
