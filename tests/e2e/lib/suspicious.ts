/**
 * What a page shows of its own making and no other: elements and attributes that run or load something and that this
 * app does not render, as short texts. Runs in the browser, so it may use nothing from outside of itself.
 */
export function suspicious(): string[] {
  const FORBIDDEN =
    'iframe, object, embed, base, meta[http-equiv], marquee, math, audio, video, animate, set, style + b';
  const LOADS = /^(src|srcset|data|poster|background|ping|action|formaction|code|codebase)$/;
  const LINKS = /^(href|xlink:href)$/;
  const shown = (element: Element) => element.outerHTML.slice(0, 120);
  const isOwn = (url: string) =>
    url.startsWith('data:image/') || new URL(url, location.href).origin === location.origin;
  const mayLink = (element: Element, url: string) =>
    element.localName === 'a' ? /^(https?|mailto):$/.test(new URL(url, location.href).protocol) : isOwn(url);

  const found = [...document.querySelectorAll(FORBIDDEN)].map(shown);
  for (const element of document.querySelectorAll('*')) {
    if (element instanceof HTMLScriptElement && !element.src && !element.nonce) found.push(shown(element));
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(shown(element));
      if (LOADS.test(name) && !isOwn(value)) found.push(shown(element));
      if (LINKS.test(name) && !mayLink(element, value)) found.push(shown(element));
      if (name === 'style' && /url\(/i.test(value)) found.push(shown(element));
    }
  }
  return found;
}
