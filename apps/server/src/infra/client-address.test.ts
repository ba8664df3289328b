import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createAddressOf } from './client-address.js';

/** The address seen for a connection from `remote` with this `X-Forwarded-For`. */
const addressOf = (trusted: string[], remote: string | undefined, forwarded?: string) =>
  createAddressOf(trusted)({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: remote },
  } as unknown as IncomingMessage);

test('without trusted proxies it is the connection’s own, whatever it says', () => {
  expect(addressOf([], '203.0.113.9')).toBe('203.0.113.9');
  expect(addressOf([], '203.0.113.9', '1.2.3.4')).toBe('203.0.113.9');
  expect(addressOf(['10.0.0.0/8'], '203.0.113.9', '1.2.3.4')).toBe('203.0.113.9');
});

describe('through trusted proxies', () => {
  const proxies = ['10.0.0.0/8', '192.168.1.7', 'fd00::/8'];

  test.each([
    ['10.1.2.3', '198.51.100.4', '198.51.100.4'],
    ['192.168.1.7', '198.51.100.4', '198.51.100.4'],
    ['192.168.1.8', '198.51.100.4', '192.168.1.8'],
    ['fd00::1', '198.51.100.4', '198.51.100.4'],
    ['::ffff:10.1.2.3', '198.51.100.4', '198.51.100.4'],
    ['::FFFF:10.1.2.3', '::ffff:198.51.100.4', '198.51.100.4'],
    ['10.1.2.3', ' 198.51.100.4 ,, 10.9.9.9 ', '198.51.100.4'],
    ['10.1.2.3', '198.51.100.4:50123', '198.51.100.4'],
    ['10.1.2.3', '198.51.100.4:50123, 10.9.9.9:443', '198.51.100.4'],
    ['10.1.2.3', '[2001:db8:1:2::6]:50123', '2001:db8:1:2::/64'],
    ['10.1.2.3', '[2001:db8:1:2::6]', '2001:db8:1:2::/64'],
    ['10.1.2.3', '[::ffff:198.51.100.4]:50123', '198.51.100.4'],
  ])('%s forwarding "%s" is %s', (remote, forwarded, address) => {
    expect(addressOf(proxies, remote, forwarded)).toBe(address);
  });

  test('it is the nearest hop that is none of them: what the client put in front is not believed', () => {
    expect(addressOf(proxies, '10.1.2.3', '127.0.0.1, 10.7.7.7, 198.51.100.4, 10.2.2.2')).toBe('198.51.100.4');
  });

  test('a chain of proxies alone ends with the first of them', () => {
    expect(addressOf(proxies, '10.1.2.3', '10.2.2.2, 10.3.3.3')).toBe('10.2.2.2');
    expect(addressOf(proxies, '10.1.2.3')).toBe('10.1.2.3');
  });

  test('a client that forwards other things than addresses gets no other address by it', () => {
    for (const junk of ['unknown', '_hidden', '', ',', '999.1.1.1', '"[::1]:80"']) {
      expect(typeof addressOf(proxies, '10.1.2.3', junk)).toBe('string');
      expect(addressOf(proxies, '203.0.113.9', junk)).toBe('203.0.113.9');
    }
  });
});

test('an IPv6 client is its /64, however it is written', () => {
  expect(addressOf([], '2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(addressOf([], '2001:db8:1:2::6')).toBe('2001:db8:1:2::/64');
  expect(addressOf([], '2001:db8::6')).toBe('2001:db8:0:0::/64');
  expect(addressOf([], '2001:db8:0:0:1::6')).toBe('2001:db8:0:0::/64');
  expect(addressOf([], '::1')).toBe('0:0:0:0::/64');
  expect(addressOf([], 'fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  const neighbours = ['2001:db8:1:2:ffff::1', '2001:db8:1:2:0:0:0:7'].map((address) => addressOf([], address));
  expect(new Set(neighbours).size).toBe(1);
});

test('a connection that is gone already has none', () => {
  expect(addressOf([], undefined)).toBe('');
});
