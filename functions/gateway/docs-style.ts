import { Html } from './html.ts';

/** The page's only style sheet. Colours come as light and dark pairs, each with a contrast of 4.5 or more. */
export const DOCS_STYLE = new Html(`
:root { --ink: #1c2127; --soft: #59636e; --paper: #fff; --panel: #f4f6f8; --line: #d5dbe1; --link: #0b57b7;
  --get: #0b57b7; --put: #8a4b00; --post: #0f6b34; --patch: #8a4b00; --delete: #b3261e; --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #a3adb8; --paper: #14181d; --panel: #1d232a;
  --line: #343d47; --link: #83b7ff; --get: #83b7ff; --put: #f0b060; --post: #6fd394; --patch: #f0b060;
  --delete: #ff9a92; --warn: #f0b060; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main, nav { padding: 1rem 1.5rem; }
header { border-bottom: 1px solid var(--line); }
header p, header ul { max-width: 48rem; }
h1 { margin: 0; font-size: 1.7rem; } h1 small { color: var(--soft); font-weight: 400; font-size: 1rem; }
h2 { margin: 2.5rem 0 1rem; text-transform: capitalize; border-bottom: 2px solid var(--line); }
h3 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; } h3 a { color: inherit; text-decoration: none; }
h4 { margin: 1rem 0 .25rem; font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); }
a { color: var(--link); } a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
article { margin: 0 0 1rem; padding: 1rem 1.25rem; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; }
article:target { border-color: var(--link); }
article p { margin: .35rem 0; }
nav { font-size: .875rem; } nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .1rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav li a:hover { text-decoration: underline; } nav .deprecated { color: var(--soft); }
.group { margin: 1rem 0 .25rem; font-weight: 600; text-transform: capitalize; }
b { font-size: .8em; letter-spacing: .03em; }
.get { color: var(--get); } .put { color: var(--put); } .post { color: var(--post); }
.patch { color: var(--patch); } .delete { color: var(--delete); }
.facts span { margin-right: .5rem; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .85rem; }
.facts .warning { color: var(--warn); border-color: var(--warn); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
em { color: var(--soft); font-size: .85em; } small, .type { color: var(--soft); } a.type { color: var(--link); }
ul.fields { margin: .25rem 0; padding-left: 1.1rem; } .fields ul.fields { border-left: 1px solid var(--line); }
dl { display: grid; grid-template-columns: 3rem 1fr; gap: .25rem .75rem; margin: 0; }
dt { font-weight: 600; } dt.success { color: var(--post); } dt.problem { color: var(--delete); } dd { margin: 0; min-width: 0; }
dd p { display: inline; margin: 0; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
@media (min-width: 64rem) {
  body { display: grid; grid-template: auto 1fr / 22rem minmax(0, 1fr); }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); }
  main { max-width: 60rem; }
}
`);
