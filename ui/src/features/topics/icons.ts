/** The picture of each kind of node. */
import type { Component } from 'svelte';
import Ban from '@lucide/svelte/icons/ban';
import Blocks from '@lucide/svelte/icons/blocks';
import Camera from '@lucide/svelte/icons/camera';
import CircleStop from '@lucide/svelte/icons/circle-stop';
import CornerUpRight from '@lucide/svelte/icons/corner-up-right';
import Globe from '@lucide/svelte/icons/globe';
import Headset from '@lucide/svelte/icons/headset';
import IdCard from '@lucide/svelte/icons/id-card';
import Image from '@lucide/svelte/icons/image';
import Link from '@lucide/svelte/icons/link';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import Rows3 from '@lucide/svelte/icons/rows-3';
import Save from '@lucide/svelte/icons/save';
import Search from '@lucide/svelte/icons/search';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Split from '@lucide/svelte/icons/split';
import TextCursorInput from '@lucide/svelte/icons/text-cursor-input';
import Timer from '@lucide/svelte/icons/timer';
import ToggleLeft from '@lucide/svelte/icons/toggle-left';
import Variable from '@lucide/svelte/icons/variable';

type Icon = Component<{ size?: number | string; 'aria-hidden'?: 'true' }>;

const ICONS: Record<string, Icon> = {
  sayText: MessageSquareText,
  sayImage: Image,
  sayLink: Link,
  showCard: IdCard,
  askText: TextCursorInput,
  askChoice: ListOrdered,
  askYesNo: ToggleLeft,
  askRecords: Rows3,
  askPicture: Camera,
  decide: Split,
  set: Variable,
  lookUp: Search,
  saveRecord: Save,
  request: Globe,
  verify: ShieldCheck,
  block: Blocks,
  pause: Timer,
  transfer: Headset,
  jump: CornerUpRight,
  end: CircleStop,
};

export function iconOf(kind: string): Icon {
  return ICONS[kind] ?? Ban;
}
