import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { type Redis, startRedis } from './redis.js';
import { startRedisCluster } from './redis-cluster.js';
import { redisCommand } from './redis-command.js';

const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

test('it keeps its port and nothing else over kill and restart, and is gone after stop', async () => {
  const redis = await startRedis();
  try {
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(redis.port).not.toBe(6379);
    await redisCommand(redis, 'SET', 'key', 'value');
    expect(await redisCommand(redis, 'GET', 'key')).toBe('value');
    await redis.flush();
    expect(await redisCommand(redis, 'DBSIZE')).toBe('0');

    await redisCommand(redis, 'SET', 'key', 'value');
    const first = redis.pid;
    await redis.kill();
    expect(isRunning(first)).toBe(false);
    await expect(redisCommand(redis, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(redis.pid).not.toBe(first);
    expect(await redisCommand(redis, 'DBSIZE')).toBe('0');
  } finally {
    await redis.stop();
  }
  expect(isRunning(redis.pid)).toBe(false);
});

test('frozen, it takes connections and answers nothing until it goes on', async () => {
  const redis = await startRedis();
  try {
    redis.pause();
    let answered = false;
    const answer = redisCommand(redis, 'PING').then((text) => {
      answered = true;
      return text;
    });
    const state = () => readFileSync(`/proc/${redis.pid}/stat`, 'utf8').split(' ')[2];
    await expect.poll(state).toBe('T');
    expect(answered).toBe(false);
    redis.resume();
    expect(await answer).toBe('PONG');
    redis.pause();
  } finally {
    await redis.stop(); // A frozen one too.
  }
});

test('with TLS it answers who trusts its certificate, and nobody else', async () => {
  const redis = await startRedis({ tls: true });
  try {
    expect(redis.url).toMatch(/^rediss:/);
    const { port, tls } = redis as Required<Redis>;
    expect(await redisCommand({ port, tls }, 'PING')).toBe('PONG');
    await expect(redisCommand({ port }, 'PING')).rejects.toThrow();
  } finally {
    await redis.stop();
  }
  expect(existsSync(dirname(redis.tls?.ca ?? '/'))).toBe(false);
});

test('a cluster of three masters has all slots, and each sends a key to its place', async () => {
  const cluster = await startRedisCluster();
  try {
    expect(cluster.urls).toHaveLength(3);
    const answers = await Promise.all(
      cluster.masters.map((master) =>
        redisCommand(master, 'SET', 'key', 'value').catch((error: Error) => error.message.replace(/.*MOVED/, 'MOVED')),
      ),
    );
    expect(answers.filter((answer) => answer === 'OK')).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('MOVED 12539 127.0.0.1:'))).toHaveLength(2);
    await cluster.flush();
    expect(await Promise.all(cluster.masters.map((master) => redisCommand(master, 'DBSIZE')))).toEqual(['0', '0', '0']);
  } finally {
    await cluster.stop();
  }
});

test('it ends with the process that started it, however that dies', async () => {
  const program = "import { startRedis } from './scripts/lib/redis.ts'; console.log((await startRedis()).pid);";
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(owner.stdout, 'data');
  const pid = Number(line);
  expect(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })).toContain('redis-server');
  owner.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
});
