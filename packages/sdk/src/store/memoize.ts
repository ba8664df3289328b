/** Remembers the last result of `compute`: it is the same while each of the parts is the same. */
export const memoizeLast = <P extends readonly unknown[], T>(compute: (parts: P) => T): ((parts: P) => T) => {
  let last: { parts: P; result: T } | undefined;
  return (parts) => {
    const isSame = last?.parts.length === parts.length && parts.every((part, index) => part === last?.parts[index]);
    if (!last || !isSame) last = { parts, result: compute(parts) };
    return last.result;
  };
};
