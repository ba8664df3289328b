import { describe, expect, test } from 'vitest';
import { isSameOrigin, isSecure } from './api';

const request = (headers: Record<string, string>) => new Request('http://app.example:3000/api/session', { headers });

describe('a request that changes something', () => {
  test.each([
    [{ host: 'app.example:3000', origin: 'http://app.example:3000' }, true],
    [{ host: 'localhost:3000', 'x-forwarded-host': 'app.example', origin: 'https://app.example' }, true],
    [{ host: 'app.example:3000', origin: 'http://app.example:3001' }, false],
    [{ host: 'app.example', origin: 'https://app.example.evil.example' }, false],
    [{ host: 'app.example', origin: 'null' }, false],
    [{ host: 'app.example' }, false],
    [{ origin: 'https://' }, false],
  ])('comes from a page of this app, or does not: %o', (headers, same) => {
    expect(isSameOrigin(request(headers as Record<string, string>))).toBe(same);
  });

  test('is secure when the browser’s connection is, whatever is behind the proxy', () => {
    expect(isSecure(request({ 'x-forwarded-proto': 'https, http' }))).toBe(true);
    expect(isSecure(request({ 'x-forwarded-proto': 'http' }))).toBe(false);
    expect(isSecure(request({}))).toBe(false);
  });
});
