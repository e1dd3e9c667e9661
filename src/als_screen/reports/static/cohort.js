"use strict";
/* Table and plots of the cohort. Cells become elements whose text is set, or escaped text: never HTML. */
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const element = (id) => document.getElementById(id);
  const data = read("data");
  const words = data.words;
  const { DataTable } = globalThis;
  const collator = new Intl.Collator(data.language, { numeric: true, sensitivity: "base" });
  const formats = {
    number: new Intl.NumberFormat(data.language, { maximumFractionDigits: 2, useGrouping: "min2" }),
    fraction: new Intl.NumberFormat(data.language, { style: "percent", maximumFractionDigits: 2 }),
  };
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const place = Object.fromEntries(data.columns.map((column, index) => [column.name, index]));

  /* What people see of a cell: numbers as their language writes them. */
  const shown = (column, value) => {
    const text = data.values[value];
    return text !== "" && column.kind in formats ? formats[column.kind].format(Number(text)) : text;
  };

  /* Places of a column's values in sorted order, found when it is first sorted by. */
  const ranks = (index) => {
    const used = [...new Set(data.rows.map((row) => row[index]))].filter((value) => data.values[value] !== "");
    const compare =
      data.columns[index].kind === "text" ? collator.compare : (a, b) => Number(a) - Number(b);
    used.sort((a, b) => compare(data.values[a], data.values[b]));
    return new Map(used.map((value, rank) => [value, rank]));
  };

  /* Empty cells come last, whichever way is sorted. */
  const emptyLast = (sign) => (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (a - b);
  };
  DataTable.ext.type.order["ranked-asc"] = emptyLast(1);
  DataTable.ext.type.order["ranked-desc"] = emptyLast(-1);
  DataTable.ext.errMode = "throw";

  const cell = (column, index, value, row) => {
    const text = shown(column, value);
    const link = index === place.patient ? data.links[row] : "";
    const item = document.createElement(link ? "a" : "span");
    if (link) item.href = link;
    item.textContent = text;
    item.dir = "auto";
    if (column.state && data.states[text]) item.className = "state " + data.states[text];
    if (text.length > 40) item.title = text;
    return item;
  };

  const columns = data.columns.map((column, index) => {
    let sorted = null;
    const kinds = {
      display: (value, row) => cell(column, index, value, row),
      filter: (value) => escaped(shown(column, value)),
      sort: (value) => (sorted ??= ranks(index)).get(value) ?? null,
      type: () => "ranked",
    };
    return {
      data: index,
      name: column.name,
      title: escaped(column.title),
      visible: column.shown,
      type: "ranked",
      className: column.kind === "text" ? "text" : "num",
      render: (value, kind, _, meta) => kinds[kind](value, meta.row),
    };
  });

  const table = new DataTable("#table", {
    data: data.rows,
    columns,
    order: [],
    pageLength: 25,
    lengthMenu: [25, 100, 500],
    autoWidth: false,
    layout: {
      topStart: { buttons: [{ extend: "colvis", text: words.columns }] },
      topEnd: "search",
      bottomStart: ["pageLength", "info"],
      bottomEnd: "paging",
    },
    language: {
      search: words.search,
      info: words.info,
      infoEmpty: words.none,
      infoFiltered: words.filtered,
      lengthMenu: words.length,
      zeroRecords: words.zero,
      emptyTable: words.none,
      thousands: formats.number.formatToParts(1e4).find((part) => part.type === "group")?.value ?? "",
      paginate: { first: "«", previous: "‹", next: "›", last: "»" },
      aria: {
        orderable: words.sort,
        orderableReverse: words.sort,
        orderableRemove: words.sort,
        paginate: { first: words.first, previous: words.previous, next: words.next, last: words.last, number: "" },
      },
    },
  });

  /* The filters: a value of each column, compared as a number of the row. */
  const filters = [...document.querySelectorAll("#filters select")];
  const chosen = new Map();
  for (const select of filters) {
    const index = place[select.name];
    const used = [...new Set(data.rows.map((row) => row[index]))];
    used.sort((a, b) => collator.compare(data.values[a], data.values[b]));
    select.append(new Option(words.all, ""));
    for (const value of used) select.append(new Option(data.values[value] || words.empty, String(value)));
    select.addEventListener("change", () => {
      if (select.value === "") chosen.delete(index);
      else chosen.set(index, Number(select.value));
      table.draw();
    });
  }
  table.search.fixed("filters", (_, __, row) => {
    for (const [index, value] of chosen) if (data.rows[row][index] !== value) return false;
    return true;
  });
  const search = (text) => {
    chosen.clear();
    for (const select of filters) select.value = "";
    table.search(text).order([]).draw();
  };
  element("filters").addEventListener("submit", (event) => event.preventDefault());
  element("filters").addEventListener("reset", () => search(""));
  element("filters").hidden = false;
  globalThis.cohort = table;

  const draw = ([id, plot]) => {
    const box = element(id);
    const { Plotly } = globalThis;
    Plotly.newPlot(box, plot.data, plot.layout, { displayModeBar: false, responsive: true, doubleClick: false });
    box.on("plotly_click", (event) => {
      const name = event.points[0].customdata;
      if (typeof name !== "string") return;
      search(name);
      element("all").scrollIntoView();
    });
  };
  /* Plots take their width from boxes that are shown. */
  document.documentElement.classList.add("scripted");
  const plots = Object.entries(read("plots"));
  plots.forEach(draw);

  const scale = element("logarithmic");
  scale.addEventListener("change", () => {
    globalThis.Plotly.relayout("plot-sizes", { "yaxis.type": scale.checked ? "log" : "linear" });
  });
  /* On paper two small plots stand side by side; the widths are those of A4 landscape. */
  const paperWidth = (id) => (element(id).closest(".columns > :not(.wide)") ? 470 : 960);
  const resize = (widthOf) => {
    for (const [id] of plots) {
      const width = widthOf?.(id);
      globalThis.Plotly.relayout(id, { width, autosize: !width });
    }
  };
  addEventListener("beforeprint", () => resize(paperWidth));
  addEventListener("afterprint", () => resize(null));
})();
