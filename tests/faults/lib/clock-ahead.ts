// Loaded with `--import` before the server: its clock is ahead, and timers that make no sense are told as errors.

const { clockAheadMs = 0 } = JSON.parse(process.env.FAIL_POINTS ?? '{}') as { clockAheadMs?: number };
const RealDate = Date;
const TIMER_MAX_MS = 2 ** 31 - 1;

globalThis.Date = class extends RealDate {
  constructor(...args: [] | [number]) {
    if (args.length === 0) super(RealDate.now() + clockAheadMs);
    else super(...args);
  }
  static override now = () => RealDate.now() + clockAheadMs;
} as DateConstructor;

for (const name of ['setTimeout', 'setInterval'] as const) {
  const real = globalThis[name];
  const checked = (callback: () => void, ms?: number, ...args: []) => {
    if (ms !== undefined && !(ms >= 0 && ms <= TIMER_MAX_MS)) {
      console.error(`${name} of ${ms} ms: ${new Error().stack}`);
    }
    return real(callback, ms, ...args);
  };
  globalThis[name] = Object.assign(checked, real) as never;
}
