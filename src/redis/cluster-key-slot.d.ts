declare module 'cluster-key-slot' {
  /** The hash slot of a key, 0 to 16383: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags */
  export default function keySlot(key: string): number;
}
