// The words of files and pictures in English. A locale brings them with its other strings.

export type FileWords = {
  readonly dropFiles: string;
  readonly camera: string;
  readonly chooseFiles: string;
  readonly enlarge: (name: string) => string;
  readonly close: string;
  /** A message that waits for a file that could not be uploaded. */
  readonly failedFile: string;
};

export const ENGLISH_FILE_WORDS: FileWords = {
  dropFiles: 'Drop files here to attach them',
  camera: 'Take a photo',
  chooseFiles: 'Choose files',
  enlarge: (name) => `Enlarge ${name}`,
  close: 'Close',
  failedFile: 'A file could not be uploaded. Try again or remove it, then send the message.',
};
