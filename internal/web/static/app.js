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

// What is there to be copied gets its button.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const said = button.textContent;
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch { // without HTTPS there is no clipboard: the selection can be copied by hand
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: copy it now";
      return;
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

// A film moves with a slider; without script its pictures stand side by side.
for (const film of document.querySelectorAll("[data-film]")) {
  const frames = [...film.querySelectorAll(".strip li")];
  const screen = film.querySelector(".screen"), slider = film.querySelector("input"), at = film.querySelector("[data-at]");
  const show = (n) => {
    const picture = frames[n].querySelector("img");
    screen.src = picture.src;
    screen.alt = picture.alt;
    at.textContent = picture.dataset.at;
    slider.setAttribute("aria-valuetext", picture.dataset.at);
    for (const f of frames) f.classList.toggle("now", f === frames[n]);
  };
  slider.max = frames.length - 1;
  slider.addEventListener("input", () => show(+slider.value));
  frames.forEach((f, n) => f.addEventListener("click", () => { slider.value = n; show(n); }));
  film.querySelector(".scrub").hidden = screen.hidden = false;
  show(0);
}
