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
