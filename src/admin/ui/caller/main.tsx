import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/controls.css';
import './page.css';
import { render } from 'preact';
import { showTheme } from '../shared/theme.ts';
import { App } from './app.tsx';

showTheme();
const place = document.getElementById('app');
if (place) render(<App />, place);
