/** Keeps calls within a limit of the contract before the server has to refuse them. */
export interface Limiter {
  /** Takes a point; answers 0 when there was one, else the milliseconds until there is. */
  take(): number;
  /** The server has refused: no point is there before that many milliseconds. */
  block(ms: number): void;
  /** What the server multiplies the points by. */
  setFactor(factor: number): void;
}

/** At most `points` in any `windowMs`: never more than the server allows, whenever its windows start. */
export const createLimiter = ({ points, windowMs }: { points: number; windowMs: number }): Limiter => {
  let times: number[] = [];
  let blockedUntil = 0;
  let allowed = points;
  return {
    take: () => {
      const now = Date.now();
      times = times.filter((time) => time > now - windowMs);
      const oldest = times[times.length - allowed];
      const free = Math.max(blockedUntil, oldest === undefined ? 0 : oldest + windowMs);
      if (free > now) return free - now;
      times.push(now);
      return 0;
    },
    block: (ms) => {
      blockedUntil = Date.now() + ms;
    },
    setFactor: (factor) => {
      allowed = Math.max(1, Math.round(points * factor));
    },
  };
};
