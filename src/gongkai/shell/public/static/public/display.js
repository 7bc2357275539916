// Large type, high contrast, single column: the reader's choice, kept in this browser only.
// Without this file the pages work the same; the browser's own zoom and contrast settings are honoured anyway.
(() => {
  "use strict";
  const root = document.documentElement;
  const modes = ["large", "contrast", "single"];
  let chosen = [];
  try {
    chosen = (localStorage.getItem("display") || "").split(" ").filter((mode) => modes.includes(mode));
  } catch { /* storage switched off: the choice lasts for this page */ }
  const show = () => {
    for (const mode of modes) root.classList.toggle(mode, chosen.includes(mode));
  };
  show();
  const button = (list, text, press) => {
    const item = document.createElement("li");
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = text;
    element.addEventListener("click", () => press(element));
    item.append(element);
    list.append(item);
    return element;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const list = document.getElementById("display");
    if (!list) return;
    for (const mode of modes) {
      const element = button(list, list.dataset[mode], (self) => {
        chosen = chosen.includes(mode) ? chosen.filter((other) => other !== mode) : [...chosen, mode];
        try {
          localStorage.setItem("display", chosen.join(" "));
        } catch { /* as above */ }
        show();
        self.setAttribute("aria-pressed", String(chosen.includes(mode)));
      });
      element.setAttribute("aria-pressed", String(chosen.includes(mode)));
    }
    button(list, list.dataset.print, () => window.print());
  });
})();
