// The little that HTML alone cannot do. Every page works without this file.
"use strict";

// A help bubble or the menu closes on Escape, and when the focus or a click leaves it.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.help[open], details.menu[open]")) {
    open.open = false;
    if (open.contains(document.activeElement)) open.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.help[open], details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// An import's progress comes as server-sent events; without script the page reloads itself.
for (const box of document.querySelectorAll("[data-progress]")) {
  const source = new EventSource(box.dataset.progress);
  source.addEventListener("progress", (event) => {
    const at = JSON.parse(event.data);
    box.querySelector("progress").value = at.share;
    box.querySelector("[data-rows]").textContent = at.rows;
    box.querySelector("[data-rate]").textContent = at.rate;
    box.querySelector("[data-left]").textContent = at.left;
  });
  source.addEventListener("done", () => { source.close(); location.reload(); });
}

// A problem's line number puts the caret on that line of the file beside it.
for (const link of document.querySelectorAll("a[data-line]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const file = document.querySelector(link.getAttribute("href"));
    const lines = file.value.split("\n");
    const from = lines.slice(0, link.dataset.line - 1).join("\n").length + (link.dataset.line > 1 ? 1 : 0);
    file.focus();
    file.setSelectionRange(from, from + (lines[link.dataset.line - 1] || "").length);
    file.scrollTop = file.scrollHeight * (link.dataset.line - 4) / lines.length;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
