// Completions while typing. The page does everything without this.
(() => {
  const list = document.getElementById("completions");
  const field = document.getElementById("words");
  if (!list || !field) return;
  const address = field.form.getAttribute("action") + "suggest";
  let waiting = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const words = field.value.trim();
      if (!words || words === asked) return;
      asked = words;
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`);
        if (!answer.ok || words !== asked) return;
        const found = await answer.json();
        list.replaceChildren(...found.map(({ text }) => new Option("", text)));
      } catch {
        list.replaceChildren(); // no network: no completions
      }
    }, 150);
  });
})();
