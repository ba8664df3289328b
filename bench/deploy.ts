export const deploy: import('./lib/bench.js').Bench = async () => {
  throw new Error('no');
};
