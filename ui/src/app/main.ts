/** Entry: picks the backend, listens before anything is asked, and mounts. */
import { mount } from 'svelte';
import { ChangeFeed, chooseBackend } from '../ipc';
import App from './App.svelte';
import { followAppearance } from './appearance';
import '@fontsource-variable/inter';
import './styles/tokens.css';
import './styles/base.css';

async function start(): Promise<void> {
  // The first paint has the system's colours already; the app follows the settings once it has them.
  followAppearance('system', 'comfortable')();
  const backend = await chooseBackend(window.location);
  const feed = new ChangeFeed();
  await feed.start(backend);
  const target = document.getElementById('app');
  if (!target) return;
  mount(App, { target, props: { backend, feed } });
}

void start();
