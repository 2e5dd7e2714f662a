export { default as NoteEditor } from './NoteEditor.svelte';
export { default as NoteItem } from './NoteItem.svelte';
export { listed, modesFor, type Writing } from './modes';
export { NotesStore } from './notes.svelte';
