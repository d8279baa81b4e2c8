// The fields of a Frame, which come from a server and may be of any type.
import type { FramePermission, FrameSource, FramesOption } from '../../../api/options.ts';
import { countOf, isRecord, type Props, rawText, textOf } from '../../tree/props.ts';
import { PERMISSIONS } from '../frame_options.ts';

const HEIGHT_PX = 200;
const MAX_HEIGHT_PX = 640;
/** No frame is higher, whatever its fields say. */
const LIMIT_PX = 4000;

/** The parameters of the document around frames, by the lists of a policy. */
const LISTS = {
  connectDomains: 'connect',
  resourceDomains: 'resource',
  frameDomains: 'frame',
  baseUriDomains: 'base',
} as const;

const FEATURES: Readonly<Record<FramePermission, string>> = {
  camera: 'camera',
  microphone: 'microphone',
  geolocation: 'geolocation',
  clipboardWrite: 'clipboard-write',
};

/** What a frame shows. Frames with equal resources are one frame. */
export type Resource = {
  readonly html: string;
  readonly uri: string;
  /** The policy as the query of the document around frames. */
  readonly query: string;
  readonly permissions: readonly FramePermission[];
};

export function resourceOf(props: Props, { permissions: granted = [] }: FramesOption): Resource {
  const wanted = isRecord(props['permissions']) ? props['permissions'] : {};
  return {
    html: rawText(props['html']),
    uri: rawText(props['uri']),
    query: queryOf(props['csp']),
    permissions: PERMISSIONS.filter((name) => granted.includes(name) && isRecord(wanted[name])),
  };
}

export function isSameResource(one: Resource | null, other: Resource): boolean {
  return one !== null && JSON.stringify(one) === JSON.stringify(other);
}

/** The server checks each host; what is no text is left out, which can only narrow the policy. */
function queryOf(csp: unknown): string {
  const query = new URLSearchParams();
  for (const [list, name] of Object.entries(LISTS)) {
    const hosts = isRecord(csp) ? csp[list] : null;
    for (const host of Array.isArray(hosts) ? hosts : [])
      if (typeof host === 'string') query.append(name, host);
  }
  return query.toString();
}

/** The value of the attribute `allow`. The origin of a sandboxed frame is opaque, which only a star matches. */
export function allowOf({ permissions }: Resource): string {
  return permissions.map((name) => `${FEATURES[name]} *`).join('; ');
}

export function sourceOf(props: Props): FrameSource {
  const tool = rawText(props['tool']);
  return { uri: rawText(props['uri']), title: rawText(props['title']), ...(tool !== '' && { tool }) };
}

export function titleOf(props: Props): string {
  return textOf(props['title']);
}

export function heightsOf(props: Props): { readonly first: number; readonly most: number } {
  const first = countOf(props['height'], LIMIT_PX) ?? HEIGHT_PX;
  const most = countOf(props['maxHeight'], LIMIT_PX) ?? Math.max(MAX_HEIGHT_PX, first);
  return { first: Math.min(first, most), most };
}
