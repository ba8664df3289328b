interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/** Reads pages from the first on until there are `wanted` items, or no more. Rejects as `read` does. */
export const readPages = async <T>(
  read: (from: { cursor?: string }) => Promise<Page<T>>,
  wanted: number,
): Promise<Page<T>> => {
  let { items, nextCursor } = await read({});
  while (nextCursor !== null && items.length < wanted) {
    const page = await read({ cursor: nextCursor });
    items = [...items, ...page.items];
    nextCursor = page.nextCursor;
  }
  return { items, nextCursor };
};
