// The texts of files and pictures in English.

export const FILE_TEXTS = {
  dropFiles: 'Drop files here to attach them',
  camera: 'Take a photo',
  chooseFiles: 'Choose files',
  enlarge: 'Enlarge {name}',
  close: 'Close',
  /** A message that waits for a file that could not be uploaded. */
  failedFile: 'A file could not be uploaded. Try again or remove it, then send the message.',
} as const;
