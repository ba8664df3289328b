/** Resolves with the element, as soon as the frame has one. */
export function appears<E extends HTMLElement>(frame: Document, selector: string): Promise<E> {
  return new Promise((resolve) => {
    const look = () => {
      const found = frame.querySelector<E>(selector);
      if (found) {
        observer.disconnect();
        resolve(found);
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(frame, { subtree: true, childList: true, attributes: true });
    look();
  });
}

export const byTestId = <E extends HTMLElement>(frame: Document, id: string): Promise<E> =>
  appears<E>(frame, `[data-testid="${id}"]`);

/** Puts text in a field, as by typing. */
export function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  // React watches the field's own setter: the one of its prototype changes the value behind it.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function press(element: HTMLElement, key: string): void {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}
