// @vitest-environment happy-dom
import { describe, expect, test, vi } from 'vitest';
import { MarkdownStream } from '../../../src/markdown/stream.ts';
import { rendered } from '../rendering.ts';

const numbers = (node: Element): string[] =>
  [...node.querySelectorAll('a.footnote')].map((link) => link.textContent);
const notes = (node: Element): string[] =>
  [...node.querySelectorAll('.footnotes > ol > li')].map((item) => item.textContent.replace(' ↩', ''));

describe('footnotes', () => {
  test('are numbered by first mention and stand at the end', () => {
    const node = rendered('A[^x] b[^y] c[^x].\n\n[^y]: Second\n[^x]: First *one*\n\nEnd.');
    expect(numbers(node)).toEqual(['1', '2', '1']);
    expect(notes(node)).toEqual(['First one', 'Second']);
    expect(node.lastElementChild?.localName).toBe('section');
  });

  test('lead there and back', () => {
    const node = rendered('A[^x]\n\n[^x]: Note');
    const [mention, back] = [node.querySelector('a.footnote'), node.querySelector('a.footnote-back')];
    expect(node.querySelector(mention?.getAttribute('href') ?? '')?.localName).toBe('li');
    expect(node.querySelector(back?.getAttribute('href') ?? '')).toBe(mention);
  });

  test('of several documents in one root have ids of their own', () => {
    const holder = document.createElement('div');
    for (let at = 0; at < 3; at++) holder.append(rendered('A[^1] b[^1]\n\n[^1]: Note'));
    const ids = [...holder.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(9);
  });

  test('are followed within a shadow root', () => {
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    const node = root.appendChild(rendered('A[^1]\n\n[^1]: Note'));
    const note = node.querySelector<HTMLElement>('li');
    const focus = vi.spyOn(note as HTMLElement, 'focus');
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    node.querySelector('a.footnote')?.dispatchEvent(click);
    expect(click.defaultPrevented).toBe(true);
    expect(focus).toHaveBeenCalledOnce();
  });

  test('may hold several blocks and mention others', () => {
    const node = rendered('A[^1]\n\n[^1]: One[^2]\n\n    - a\n    - b\n[^2]: Two\n  lazy');
    expect(node.querySelectorAll('.footnotes li li')).toHaveLength(2);
    expect(numbers(node)).toEqual(['1', '2']);
    expect(node.querySelectorAll('.footnotes > ol > li')).toHaveLength(2);
  });

  test('are said by their first definition, whatever the case of the label', () => {
    expect(notes(rendered('A[^N]\n\n[^n]: First\n\n[^n]: Second'))).toEqual(['First']);
  });

  test('without words are text', () => {
    expect(rendered('A[^1] and [^2].\n\n[^2]: Two').textContent).toBe('A[^1] and 1.Two ↩');
    expect(rendered('[^1]: nobody asks').textContent).toBe('');
    expect(rendered('`[^1]`\n\n[^1]: x').querySelector('sup')).toBeNull();
    expect(rendered('[^1](https://x.example)').querySelector('a.footnote')).toBeNull();
  });

  test('that never come are text at the end, and were numbers until then', () => {
    const stream = new MarkdownStream();
    stream.update('A[^1]\n\nb\n\nc\n\nd', true);
    expect(numbers(stream.node)).toEqual(['1']);
    stream.update('A[^1]\n\nb\n\nc\n\nd', false);
    expect(stream.node.textContent).toBe('A[^1]bcd');
  });

  test('that mention one another in a circle end', () => {
    expect(notes(rendered('A[^1]\n\n[^1]: One[^2]\n[^2]: Two[^1]'))).toEqual(['One2', 'Two1']);
  });
});
