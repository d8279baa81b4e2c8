// Checks the option `widgets.frames` when the first frame is shown: pages without frames need no check.
import type { FramePermission, FramesOption } from '../../api/options.ts';
import { OptionsError } from '../../protocol/errors.ts';
import { isRecord } from '../tree/props.ts';

export const PERMISSIONS: readonly FramePermission[] = [
  'camera',
  'microphone',
  'geolocation',
  'clipboardWrite',
];

const isFunction = (value: unknown): boolean => typeof value === 'function';

const RULES: Readonly<Record<keyof FramesOption, readonly [(value: unknown) => boolean, string]>> = {
  callTool: [isFunction, 'must be a function.'],
  openLink: [isFunction, 'must be a function.'],
  message: [isFunction, 'must be a function.'],
  permissions: [
    (value) => Array.isArray(value) && value.every((one) => PERMISSIONS.includes(one)),
    `must be a list of ${PERMISSIONS.map((one) => `"${one}"`).join(', ')}.`,
  ],
  src: [isAddress, 'must be a URL of http or https without "#", such as "/chatkit/frame.html".'],
};

function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value.includes('#')) return false;
  return URL.canParse(value, location.href) && /^https?:$/.test(new URL(value, location.href).protocol);
}

/** What is wrong with the option; null if it is valid. */
export function problemIn(option: unknown): OptionsError | null {
  if (!isRecord(option)) return new OptionsError('widgets.frames', 'must be an object, such as {}.');
  for (const [name, [isValid, problem]] of Object.entries(RULES)) {
    const value = option[name];
    if (value !== undefined && !isValid(value)) return new OptionsError(`widgets.frames.${name}`, problem);
  }
  return null;
}
