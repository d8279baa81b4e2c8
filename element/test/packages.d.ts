declare module 'big-list-of-naughty-strings' {
  const strings: readonly string[];
  export default strings;
}
declare module 'commonmark-spec' {
  export const tests: readonly { markdown: string; html: string; section: string; number: number }[];
}
