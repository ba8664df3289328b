/**
 * The page's Content-Security-Policy. Scripts run by the nonce of the request, and those that such a script loads: an
 * injected one has no nonce, be it inline, a handler or a link. Nothing is fetched but from this app and the chat server.
 *
 * Styles may be inline: React renders `style` attributes (an avatar's hue, a row's place), which no nonce can allow,
 * and Radix adds a style element while a dialog is open. A style cannot run code, and has nowhere to send what it sees.
 *
 * `development` lets React evaluate code, with which it rebuilds the stacks of errors.
 */
export function contentSecurityPolicy(nonce: string, serverUrl: string, development: boolean): string {
  const { origin } = new URL(serverUrl);
  const directives = {
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'connect-src': ["'self'", origin, origin.replace(/^http/, 'ws')],
    'frame-src': ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
