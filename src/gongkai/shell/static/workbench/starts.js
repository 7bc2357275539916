// Starts the widgets of the editor. Wagtail does it by scripts written into the page, which the content policy forbids;
// our templates write the same wish as an element, <span hidden data-start="…" data-arguments="[…]">, and this obeys it.
(() => {
  "use strict";
  const CALLED = new Set(["initDateChooser", "initTimeChooser", "initDateTimeChooser"]);
  const MADE = new Set(["InlinePanel", "Chooser", "SnippetChooser"]);
  const start = (wish) => {
    const { start: name, arguments: written } = wish.dataset;
    wish.removeAttribute("data-start"); // once, however often the element is moved
    const given = JSON.parse(written);
    if (CALLED.has(name)) window[name](...given);
    else if (MADE.has(name)) new window[name](...given);
    else throw new Error(`no widget is started by ${name}`);
  };
  const look = () => document.querySelectorAll("[data-start]").forEach(start);
  document.addEventListener("DOMContentLoaded", () => {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
})();
