// One constructed stylesheet for all badges of a page: the page's own `style-src` has no say in it.
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{display:inline-block;vertical-align:top;max-inline-size:100%;inline-size:min(max(24rem,384px),100vw - 2em)}
:host([hidden]){display:none}
:host([theme=light]){color-scheme:light}
:host([theme=dark]){color-scheme:dark}
*{box-sizing:border-box;margin:0}
.box{all:initial;--p:light-dark(#fff,#211e1b);--i:light-dark(#221f1b,#f2eee8);--s:light-dark(#625b52,#b9b1a6);--l:light-dark(#dcd6cd,#453f38);--good:light-dark(#0b6b4f,#6fd3ab);--warn:light-dark(#8a4b00,#f0b35c);--bad:light-dark(#a3211b,#ff9a8f);display:block;box-sizing:border-box;font:400 max(1rem,16px)/1.4 system-ui,sans-serif;color:var(--i);color-scheme:inherit;background:var(--p);border:1px solid var(--l);border-radius:12px;padding:14px;overflow-wrap:anywhere}
.main{display:flex;gap:14px;align-items:center;color:inherit;text-decoration:none;border-radius:6px}
.main:hover .name{text-decoration:underline;text-underline-offset:.18em}
a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
img{width:96px;height:96px;object-fit:contain;flex:none;font-size:0}
.text{display:grid;gap:2px;min-width:0}
.name{font-weight:650;font-size:1.0625em;line-height:1.25}
.line{color:var(--s);font-size:.875em}
.state{display:flex;gap:6px;align-items:baseline;font-size:.875em;font-weight:600;margin-block-start:12px;padding-block-start:10px;border-block-start:1px solid var(--l);color:var(--s)}
.state svg{width:1em;height:1em;flex:none;align-self:flex-start;margin-block-start:.2em;fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.more{color:inherit;margin-inline-start:auto;white-space:nowrap;font-weight:400}
.valid .state{color:var(--good)}
.expired .state,.early .state,.suspended .state,.unchecked .state{color:var(--warn)}
.revoked .state,.broken .state{color:var(--bad)}
.revoked img,.broken img{filter:grayscale(1);opacity:.55}
:host([size=compact]){inline-size:auto}
:host([size=compact]) .box{padding:8px 12px 8px 8px;border-radius:10px}
:host([size=compact]) img{width:44px;height:44px}
:host([size=compact]) .main{gap:10px}
:host([size=compact]) .name{font-size:.9375em}
:host([size=compact]) :is(.line:not(.by),a.more){display:none}
:host([size=compact]) .line{font-size:.8125em}
:host([size=compact]) .state{border:0;padding:0;margin:2px 0 0;font-size:.8125em}
:host([size=compact]) .shown .state{margin-inline-start:54px}
:host([size=image]){inline-size:auto}
:host([size=image]) img{width:160px;height:160px}
:host([size=image]) .shown{position:relative;padding:0;border:0;background:none}
:host([size=image]) .shown :is(.text,.state span){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:host([size=image]) .shown .more{display:none}
:host([size=image]) .shown .state{position:absolute;inset-block-end:4px;inset-inline-end:4px;margin:0;padding:5px;border:0;border-radius:50%;background:var(--p);box-shadow:0 0 0 1px var(--l);font-size:1.125em}
:host([size=image]) .shown svg{margin:0}
@media(forced-colors:active){.box{border:1px solid}}
@media print{.box{break-inside:avoid}}
`);
