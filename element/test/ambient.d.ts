declare module '*?raw' {
  const text: string;
  export default text;
}

// The part of React that the tests use; its type packages are not installed.
declare module 'react' {
  export const StrictMode: unknown;
  export function createElement(type: unknown, props?: object | null, ...children: unknown[]): unknown;
  export function useState<T>(initial: T): [T, (value: T) => void];
}
declare module 'react-dom/client' {
  export function createRoot(container: Element): { render(node: unknown): void; unmount(): void };
}

interface ImportMeta {
  /** Vite's: the sources of the files that match, by path. */
  glob(
    pattern: string | readonly string[],
    options: { query: '?raw'; import: 'default'; eager: true },
  ): Record<string, string>;
}
