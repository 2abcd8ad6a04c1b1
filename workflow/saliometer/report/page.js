"use strict";
// On paper everything is unfolded.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});

// A click on a heading sorts its table: numbers by data-sort, missing ones last, words by alphabet.
for (const table of document.querySelectorAll("table")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      const numeric = heading.classList.contains("number");
      const key = (row) => {
        const cell = row.cells[column];
        return numeric ? Number(cell.dataset.sort ?? NaN) : cell.textContent;
      };
      const compare = (a, b) => {
        if (!numeric) return sign * key(a).localeCompare(key(b));
        if (Number.isNaN(key(a)) || Number.isNaN(key(b))) return Number.isNaN(key(a)) - Number.isNaN(key(b));
        return sign * (key(a) - key(b));
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
    });
  });
}

// A long table has a box that keeps the rows with all of its words.
const LONG = 12;
for (const table of document.querySelectorAll("table")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length <= LONG) continue;
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Filter rows";
  box.setAttribute("aria-label", `Filter: ${table.caption.textContent}`);
  const count = document.createElement("output");
  const bar = document.createElement("p");
  bar.className = "filter";
  bar.append(box, count);
  table.parentElement.before(bar);
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let kept = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      kept += !row.hidden;
    }
    count.textContent = `${kept} of ${rows.length} rows`;
  };
  box.addEventListener("input", filter);
  filter();
}

// The paragraph on methods is copied as plain text; a page opened from disk may have no clipboard of its own.
for (const paste of document.querySelectorAll(".paste")) {
  const source = paste.querySelector("textarea");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy the paragraph";
  button.addEventListener("click", async () => {
    let copied;
    try {
      await navigator.clipboard.writeText(source.value);
      copied = true;
    } catch {
      source.hidden = false;
      source.select();
      copied = document.execCommand("copy");
      source.hidden = copied;
    }
    button.textContent = copied ? "Copied" : "Select the text below and copy it";
  });
  paste.prepend(button);
}
