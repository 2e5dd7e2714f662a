export { default as NoteEditor } from './NoteEditor.svelte';
export { default as NoteItem } from './NoteItem.svelte';
export { NotesStore } from './notes.svelte';
