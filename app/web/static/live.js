/* Asks for the list again when the server says that something has changed; a page in the background lets go. */
"use strict";
(() => {
  let source = null;

  function open() {
    if (source || document.hidden || !document.querySelector("#list[hx-get]")) return;
    source = new EventSource("/sends/live");
    source.addEventListener("changed", () => htmx.trigger(document.body, "news"));
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    open();
    htmx.trigger(document.body, "news"); // what happened meanwhile
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  open();
})();
