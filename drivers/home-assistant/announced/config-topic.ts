/** Where a description is announced: of one component, or of a whole device. */
export interface ConfigTopic {
  /** `device` for the description of a whole device. */
  readonly component: string;
  readonly nodeId?: string;
  readonly objectId: string;
}

const id = /^[\w-]{1,200}$/;

/** `<prefix>/<component>/[<node_id>/]<object_id>/config`; undefined for any other topic. */
export function configTopic(prefix: string, topic: string): ConfigTopic | undefined {
  if (!topic.startsWith(`${prefix}/`) || !topic.endsWith('/config')) return undefined;
  const levels = topic.slice(prefix.length + 1, -'/config'.length).split('/');
  if (levels.length < 2 || levels.length > 3 || !levels.every((level) => id.test(level))) return undefined;
  const [component = '', second = '', third] = levels;
  return third === undefined ? { component, objectId: second } : { component, nodeId: second, objectId: third };
}
