import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisTls } from './redis-tls.js';

const TIMEOUT_MS = 5_000;

/** Sends one command on a connection of its own; resolves with the reply as text, an array's lines included. */
export function redisCommand(at: { port: number; tls?: RedisTls }, ...command: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: at.port };
    const socket = at.tls ? connectTls({ ...options, ca: readFileSync(at.tls.ca) }) : connect(options);
    let reply = '';
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`Redis did not answer ${command[0]}`)));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      reply += chunk;
    });
    // QUIT makes the server close the connection after the answers, so that the end of a reply need not be found.
    socket.on('end', () => {
      const text = reply.replace(/\+OK\r\n$/, '');
      if (text.startsWith('-')) reject(new Error(`${command.join(' ')}: ${text.slice(1).trim()}`));
      else resolve(text.replace(/^[+:]|^\$\d+\r\n/, '').trim());
    });
    socket.write(encode(command) + encode(['QUIT']));
  });
}

function encode(parts: string[]): string {
  return `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;
}
