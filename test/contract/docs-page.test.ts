import { describe, expect, test } from '@jest/globals';
import { FILES, readDocument } from '#bin/contract/documents.ts';
import { type Contract, docsPage } from '#functions/gateway/docs-page.ts';
import { html, withCode } from '#functions/gateway/html.ts';
import { allOperations } from './operations.ts';

const contract = readDocument<Contract>(FILES.openapi);
const page = docsPage(contract);

describe('the page of the contract', () => {
  test('has every operation under an anchor of its name', () => {
    const missing = allOperations().filter(
      ({ id, path }) => !page.includes(`<article id="${id}">`) || !page.includes(path),
    );

    expect(missing).toEqual([]);
  });

  test('links only to what is on it, and to the document', () => {
    const targets = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`));
    const links = [...page.matchAll(/ href="([^"]+)"/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !targets.has(link) && link !== '/openapi.json')).toEqual([]);
  });

  test('has no id twice, no script and nothing from elsewhere', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);

    expect(ids).toEqual([...new Set(ids)]);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(| on\w+=/);
  });

  test('shows what is in the contract as text', () => {
    const evil = structuredClone(contract);
    evil.info.title = '<script>alert(1)</script>';

    expect(docsPage(evil)).toContain('&lt;script&gt;alert(1)&lt;/script&gt; API');
    expect(docsPage(evil)).not.toContain('<script>');
  });
});

describe('html', () => {
  test('escapes what is put in, unless it is HTML', () => {
    expect(html`<p title="${'"\'&'}">${['<', html`<b>${'>'}</b>`, 1, undefined, false]}</p>`.text).toBe(
      '<p title="&quot;&#39;&amp;">&lt;<b>&gt;</b>1</p>',
    );
  });

  test('knows code by its backticks', () => {
    expect(html`${withCode('say `a<b` twice')}`.text).toBe('say <code>a&lt;b</code> twice');
  });
});
