// Files on their way to the server: announced and then sent where it says (two phases), or sent to one
// address (direct); and pictures on their way back.
import type { ApiClient } from './client.ts';
import { ConnectionError } from './errors.ts';
import type { Attachment } from './wire.ts';

/**
 * Uploads `file`. After an abort or a failure, it is deleted on the server if the server already has it.
 * Raises: as `ApiClient.call`, for each of its requests.
 */
export async function upload(client: ApiClient, file: File, signal: AbortSignal): Promise<Attachment> {
  const strategy = client.uploadStrategy;
  if (strategy.type === 'direct') return direct(client, strategy.uploadUrl, file, signal);
  const announced = { name: file.name, size: file.size, mime_type: file.type || 'application/octet-stream' };
  const { upload_descriptor: descriptor, ...attachment } = await client.call(
    'attachments.create',
    announced,
    signal,
  );
  return wanted(client, attachment, signal, async () => {
    if (descriptor == null) return;
    const { url, method, headers } = descriptor;
    await client.send(url, {
      method,
      headers: { ...headers },
      body: method === 'PUT' ? file : formOf(file),
      signal,
    });
  });
}

async function direct(client: ApiClient, url: string, file: File, signal: AbortSignal): Promise<Attachment> {
  const response = await client.send(url, { method: 'POST', headers: {}, body: formOf(file), signal });
  let attachment: Attachment;
  try {
    attachment = (await response.json()) as Attachment;
  } catch (error) {
    throw signal.aborted
      ? signal.reason
      : new ConnectionError('bad_response', 'The answer could not be read.', error);
  }
  return wanted(client, attachment, signal);
}

/** `attachment` once `finish` has succeeded; otherwise the attachment is deleted. */
async function wanted(
  client: ApiClient,
  attachment: Attachment,
  signal: AbortSignal,
  finish?: () => Promise<void>,
): Promise<Attachment> {
  try {
    await finish?.();
    signal.throwIfAborted();
    return attachment;
  } catch (error) {
    // The caller gets the error of the upload, not of the deletion; servers delete files without a message in
    // time.
    client.call('attachments.delete', { attachment_id: attachment.id }).catch(() => undefined);
    throw error;
  }
}

/** The file at `url`, with everything that the page's own `fetch` sends. Raises: as `ApiClient.call`. */
export async function download(client: ApiClient, url: string, signal: AbortSignal): Promise<Blob> {
  const response = await client.send(url, { method: 'GET', headers: {}, signal });
  return response.blob();
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.set('file', file);
  return form;
}

/** The bytes of `audio`, in base64. */
export async function base64Of(audio: Blob): Promise<string> {
  const bytes = new Uint8Array(await audio.arrayBuffer());
  let text = '';
  // In pieces, since engines limit the number of a call's arguments.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
