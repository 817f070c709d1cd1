// Enhances pages that work without it.
import { initAll } from './govuk-frontend.min.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();

// A page that came of a post gets an address of its own, so that going back or looking again posts nothing.
const { place } = document.body.dataset;
if (place !== undefined) history.replaceState(null, '', place + location.hash);
