/**
 * What a device, or whoever named it, wrote: never markup, with characters that control terminals or turn the direction of
 * writing made visible, and unable to change how its neighbours read.
 */
export function DeviceText({ children }: { readonly children: string }) {
  return <bdi className="device-text">{visible(children)}</bdi>;
}

const hidden =
  // oxlint-disable-next-line no-control-regex -- They are what it looks for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function visible(text: string): string {
  return text.toWellFormed().replaceAll(hidden, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
