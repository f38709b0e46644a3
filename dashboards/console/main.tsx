import { render } from 'preact';
import { App } from './app.tsx';
import { startListening } from './state/live.ts';

startListening();
render(<App />, document.getElementById('app')!);
