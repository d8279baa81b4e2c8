// The languages that code can be highlighted in, by the names that a fence may give them.

const NAMES = [
  'bash sh shell zsh',
  'c h',
  'cpp c++ cc hpp',
  'csharp cs c#',
  'dart',
  'diff patch',
  'dockerfile docker',
  'elixir ex exs',
  'go golang',
  'graphql gql',
  'haskell hs',
  'http',
  'ini toml',
  'java',
  'javascript js jsx mjs cjs',
  'json jsonc json5',
  'julia jl',
  'kotlin kt',
  'latex tex',
  'lua',
  'makefile make mk',
  'markdown md',
  'nginx',
  'objectivec objc',
  'perl pl',
  'php',
  'powershell ps1 pwsh',
  'python py py3',
  'r',
  'ruby rb',
  'rust rs',
  'scala',
  'scss css less sass',
  'sql pgsql postgresql sqlite mysql',
  'swift',
  'typescript ts tsx mts',
  'xml html xhtml svg vue',
  'yaml yml',
] as const;

const LANGUAGES: ReadonlyMap<string, string> = new Map(
  NAMES.flatMap((names) => {
    const [language = '', ...others] = names.split(' ');
    return [language, ...others].map((name) => [name, language] as const);
  }),
);

/** The language for the name in a fence, or `null` if it cannot be highlighted. */
export function languageOf(name: string): string | null {
  return LANGUAGES.get(name.toLowerCase()) ?? null;
}
