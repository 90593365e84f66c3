// Behaviour of the frame, on every page. Pages add elements of their own from elements/.
import "./elements/dialogs.js";
import "./elements/copy-text.js";
import "./elements/search-palette.js";
import "./elements/shortcuts.js";
import "./elements/theme-switch.js";
import "./elements/toast-list.js";
