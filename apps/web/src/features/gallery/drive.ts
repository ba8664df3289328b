import type { TestServer } from '@dream-studio/sdk/testing';

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

/** As often as one says so who goes on typing. */
const TYPING_MS = 3_000;

/** Has people type on and on, until the frame is gone. */
export function keepTyping(server: TestServer, roomId: number, who: readonly { id: number }[], frame: Document): void {
  const start = () => {
    for (const { id } of who) server.call(id, 'typing.start', { roomId });
  };
  start();
  frame.defaultView?.setInterval(start, TYPING_MS);
}
