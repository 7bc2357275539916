// On a phone a table stands in rows of its own: each cell then carries the heading of its column (workbench.css shows it).
(() => {
  "use strict";
  const label = () => {
    for (const table of document.querySelectorAll("table.listing")) {
      const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
      for (const row of table.querySelectorAll("tbody tr")) {
        if (row.cells.length !== heads.length) continue;
        heads.forEach((head, place) => {
          const cell = row.cells[place];
          if (head && (cell.textContent.trim() || cell.querySelector("svg, img, input, button"))) cell.dataset.label = head;
        });
      }
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    label();
    // Lists of Wagtail come anew when they are searched or narrowed down.
    const results = document.getElementById("listing-results");
    if (results) new MutationObserver(label).observe(results, { childList: true, subtree: true });
  });
})();
