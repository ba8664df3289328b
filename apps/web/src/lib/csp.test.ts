import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './csp';

test('scripts run by the nonce; only while developing may they evaluate text', () => {
  const built = contentSecurityPolicy('abc', 'https://chat.example', false);
  expect(built).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(built).not.toContain('unsafe-eval');
  expect(contentSecurityPolicy('abc', 'https://chat.example', true)).toContain("'strict-dynamic' 'unsafe-eval';");
});

test('connections go to the app and the chat server, whatever path that has', () => {
  const policy = contentSecurityPolicy('abc', 'https://chat.example:8443/behind/a/path', false);
  expect(policy).toContain("connect-src 'self' https://chat.example:8443 wss://chat.example:8443;");
});
