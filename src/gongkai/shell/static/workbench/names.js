// Names for the few controls Wagtail's editor leaves without one, so that screen readers can tell what they are.
(() => {
  "use strict";
  const name = () => {
    const nameless = "[data-panel] :is(textarea, [role=textbox]):not([aria-label], [aria-labelledby])";
    for (const field of document.querySelectorAll(nameless)) {
      const panel = field.closest("[data-panel]");
      // In a block the heading shows how its text begins; what it is stands beside.
      const heading = panel.querySelector(".c-sf-block__type") || panel.querySelector("[data-panel-heading-text]");
      if (!field.labels?.length && heading) field.setAttribute("aria-label", heading.textContent.trim());
    }
    for (const button of document.querySelectorAll("button.w-editing-sessions__session:not([aria-label])")) {
      const told = button.querySelector("[data-w-tooltip-target='content']");
      if (told) button.setAttribute("aria-label", told.textContent.trim());
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    name();
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  });
})();
