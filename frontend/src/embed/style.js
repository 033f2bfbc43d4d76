// One constructed stylesheet for all badges of a page: the page's own `style-src` has no say in it.
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{--p:#fff;--i:#221f1b;--s:#625b52;--l:#dcd6cd;--good:#0b6b4f;--warn:#8a4b00;--bad:#a3211b;display:inline-block;vertical-align:top;max-inline-size:100%;inline-size:24rem;font:400 1rem/1.4 system-ui,sans-serif;color:var(--i);color-scheme:light;text-align:start}
:host([hidden]){display:none}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--p:#211e1b;--i:#f2eee8;--s:#b9b1a6;--l:#453f38;--good:#6fd3ab;--warn:#f0b35c;--bad:#ff9a8f;color-scheme:dark}}
:host([theme=dark]){--p:#211e1b;--i:#f2eee8;--s:#b9b1a6;--l:#453f38;--good:#6fd3ab;--warn:#f0b35c;--bad:#ff9a8f;color-scheme:dark}
*{box-sizing:border-box;margin:0}
.box{background:var(--p);border:1px solid var(--l);border-radius:12px;padding:14px;overflow-wrap:anywhere}
.main{display:flex;gap:14px;align-items:center;color:inherit;text-decoration:none;border-radius:6px}
.main:hover .name{text-decoration:underline;text-underline-offset:.18em}
a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
img{inline-size:96px;block-size:96px;object-fit:contain;flex:none;font-size:0}
.text{display:grid;gap:2px;min-inline-size:0}
.name{font-weight:650;font-size:1.0625rem;line-height:1.25}
.line{color:var(--s);font-size:.875rem}
.host{unicode-bidi:isolate;direction:ltr}
.state{display:flex;gap:6px;align-items:baseline;font-size:.875rem;font-weight:600;margin-block-start:12px;padding-block-start:10px;border-block-start:1px solid var(--l);color:var(--s)}
.state:first-child{margin:0;padding:0;border:0}
.state svg{inline-size:1em;block-size:1em;flex:none;align-self:flex-start;margin-block-start:.2em;fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.state a{color:inherit;margin-inline-start:auto;white-space:nowrap;font-weight:400}
.valid .state{color:var(--good)}
.expired .state,.early .state,.suspended .state,.unchecked .state{color:var(--warn)}
.revoked .state,.broken .state{color:var(--bad)}
.revoked img,.broken img{filter:grayscale(1);opacity:.55}
:host([size=compact]){inline-size:auto}
:host([size=compact]) .box{padding:8px 12px 8px 8px;border-radius:10px}
:host([size=compact]) img{inline-size:44px;block-size:44px}
:host([size=compact]) .main{gap:10px}
:host([size=compact]) .name{font-size:.9375rem}
:host([size=compact]) :is(.line,.state a){display:none}
:host([size=compact]) .by{display:block;font-size:.8125rem}
:host([size=compact]) .state{border:0;padding:0;margin:4px 0 0;margin-inline-start:54px;font-size:.8125rem}
:host([size=image]){inline-size:10rem}
:host([size=image]) .box{position:relative;padding:0;border:0;background:none}
:host([size=image]) img{inline-size:100%;block-size:auto;aspect-ratio:1}
:host([size=image]) .shown .text,:host([size=image]) .shown .state span{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:host([size=image]) .shown .state a{display:none}
:host([size=image]) .shown .state{position:absolute;inset-block-end:4px;inset-inline-end:4px;margin:0;padding:5px;border:0;border-radius:50%;background:var(--p);box-shadow:0 0 0 1px var(--l);font-size:1.125rem}
:host([size=image]) .shown .state svg{margin:0}
@media(forced-colors:active){.box{border:1px solid}}
@media print{.box{break-inside:avoid}}
`);
