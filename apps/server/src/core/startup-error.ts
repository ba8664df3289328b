/** The server cannot start as it is configured. The message is one line for the operator; it never holds a secret. */
export class StartupError extends Error {
  override name = 'StartupError';
}
