"use strict";
/* The table of the cohort: search, filter, sort, pages. Cells are only ever set as text. */
(() => {
  const PAGE = 50;
  const data = JSON.parse(document.getElementById("data").textContent);
  const column = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const cell = (row, index) => data.values[data.rows[row][index]];
  const element = (id) => document.getElementById(id);
  const fields = ["result", "repeat_state", "batch", "diagnosis"];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const lower = data.values.map((value) => value.toLowerCase());
  const states = new Set(["positive", "uncertain", "not_found", "incomplete", "not_assessed", "not_analysed"]);
  let matching = data.rows.map((_, row) => row);
  let order = { index: -1, up: true };
  let start = 0;

  const makeHead = () => {
    const line = document.createElement("tr");
    data.columns.forEach((name, index) => {
      const head = document.createElement("th");
      const button = document.createElement("button");
      head.scope = "col";
      button.type = "button";
      button.textContent = name.replaceAll("_", " ");
      button.addEventListener("click", () => sortBy(index));
      head.append(button);
      line.append(head);
    });
    document.querySelector("#table thead").append(line);
  };

  const makeFilters = () => {
    for (const name of fields) {
      const select = element("filter-" + name);
      const used = [...new Set(data.rows.map((row) => row[column[name]]))];
      used.sort((a, b) => collator.compare(data.values[a], data.values[b]));
      select.append(new Option("all", ""));
      for (const value of used) select.append(new Option(data.values[value] || "(empty)", String(value)));
    }
  };

  const makeRow = (row) => {
    const line = document.createElement("tr");
    data.columns.forEach((_, index) => {
      const text = cell(row, index);
      const item = document.createElement(index === 0 ? "th" : "td");
      if (index === 0) item.scope = "row";
      if (index === 0 && data.links[row]) {
        const link = document.createElement("a");
        link.href = data.links[row];
        link.textContent = text;
        item.append(link);
      } else {
        item.textContent = index >= column.status && index <= column.repeat_state && index !== column.status_reason ? text.replaceAll("_", " ") : text;
      }
      if (states.has(text)) item.className = "state " + text;
      if (text.length > 40) item.title = text;
      line.append(item);
    });
    return line;
  };

  const show = () => {
    const end = Math.min(start + PAGE, matching.length);
    document.querySelector("#table tbody").replaceChildren(...matching.slice(start, end).map(makeRow));
    element("shown").textContent = matching.length + " of " + data.rows.length + " patients";
    element("where").textContent = matching.length ? start + 1 + "–" + end : "none";
    element("back").disabled = start === 0;
    element("next").disabled = end >= matching.length;
    element("pager").hidden = data.rows.length <= PAGE;
  };

  const filter = () => {
    const words = element("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.map((word) => lower.map((value) => value.includes(word)));
    const wanted = fields.map((name) => [column[name], element("filter-" + name).value]).filter((pair) => pair[1] !== "");
    matching = [];
    data.rows.forEach((row, number) => {
      const chosen = wanted.every(([index, value]) => row[index] === Number(value));
      if (chosen && hits.every((hit) => row.some((value) => hit[value]))) matching.push(number);
    });
    if (order.index >= 0) sort();
    start = 0;
    show();
  };

  const sort = () => {
    const sign = order.up ? 1 : -1;
    matching.sort((a, b) => {
      const left = cell(a, order.index);
      const right = cell(b, order.index);
      if (left === "" || right === "") return (left === "") - (right === "") || a - b;
      return sign * collator.compare(left, right) || a - b;
    });
  };

  const sortBy = (index) => {
    order = { index, up: order.index === index ? !order.up : true };
    document.querySelectorAll("#table thead th").forEach((head, number) => {
      if (number === index) head.setAttribute("aria-sort", order.up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    sort();
    start = 0;
    show();
  };

  const turn = (by) => {
    start = Math.max(0, start + by * PAGE);
    show();
  };

  makeHead();
  makeFilters();
  element("controls").hidden = false;
  element("controls").addEventListener("input", filter);
  element("controls").addEventListener("reset", () => setTimeout(filter));
  element("controls").addEventListener("submit", (event) => event.preventDefault());
  element("back").addEventListener("click", () => turn(-1));
  element("next").addEventListener("click", () => turn(1));
  show();
})();
