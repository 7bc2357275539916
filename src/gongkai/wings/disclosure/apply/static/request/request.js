// How many characters are left, while typing. Nothing depends on it.
for (const area of document.querySelectorAll("textarea[data-most]")) {
  const most = Number(area.dataset.most);
  const left = document.createElement("p");
  left.className = "hint-line";
  const tell = () => { left.textContent = area.dataset.left.replace("{left}", String(most - [...area.value].length)); };
  area.after(left);
  area.addEventListener("input", tell);
  tell();
}
document.querySelector(".faults")?.focus();
