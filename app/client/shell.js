// What the shell does beyond HTML: islands are fetched only where a page has one, and keys are shortcuts.
(() => {
  const script = document.currentScript;

  // Islands, outermost first; children of an island are hydrated after it.
  async function hydrate(node, module) {
    if (node.nodeName === "LEPTOS-ISLAND") {
      const island = module[node.dataset.component];
      if (island) await island(node);
    }
    for (const child of node.children) await hydrate(child, module);
  }

  async function wake() {
    if (!document.querySelector("leptos-island")) return;
    const module = await import(script.dataset.client);
    await module.default({ module_or_path: script.dataset.wasm });
    module.hydrate();
    await hydrate(document.body, module);
    document.documentElement.dataset.live = "true";
  }

  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("main a.row-link")];

  function step(by) {
    const links = rows();
    const next = links[Math.min(Math.max(links.indexOf(document.activeElement) + by, 0), links.length - 1)];
    if (next) next.focus();
  }

  let going = 0;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (localStorage.getItem("shortcuts") === "off" && event.key !== "?") return;
    if (document.querySelector("dialog[open]")) return;
    const section = Date.now() - going < 1500 && document.querySelector(`.nav [data-key="${CSS.escape(event.key)}"]`);
    going = event.key === "g" ? Date.now() : 0;
    if (section) section.click();
    else if (event.key === "/") {
      // On the page of the search its own field, which has what was searched; elsewhere the header's.
      const field = document.querySelector('main [role="search"] [type="search"]') ?? document.querySelector("#bar-q");
      field?.focus();
      field?.select();
    }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") document.querySelector("dialog.shortcuts")?.showModal();
    else return;
    event.preventDefault();
  });

  // A page that is left before its transition began has nothing to say about it.
  for (const name of ["pageswap", "pagereveal"]) {
    addEventListener(name, (event) => {
      for (const promise of ["ready", "finished", "updateCallbackDone"]) event.viewTransition?.[promise]?.catch(() => {});
    });
  }

  addEventListener("DOMContentLoaded", () => {
    wake();
    for (const opener of document.querySelectorAll("[data-opens]")) {
      opener.hidden = false;
      opener.addEventListener("click", () => document.querySelector(opener.dataset.opens)?.showModal());
    }
    const off = document.querySelector("dialog.shortcuts input[type=checkbox]");
    if (off) {
      off.checked = localStorage.getItem("shortcuts") === "off";
      off.addEventListener("change", () => localStorage.setItem("shortcuts", off.checked ? "off" : "on"));
    }
    if (document.querySelector("[data-passkey]")) import(script.dataset.passkeys);
    if (document.querySelector(".board[data-board]")) import(script.dataset.board);
    if (document.querySelector(".verify [data-verify]")) import(script.dataset.verify);
    if (document.querySelector("[data-drafts]")) import(script.dataset.draft);
    if (document.querySelector("[data-draws]")) import(script.dataset.draw);
    for (const button of document.querySelectorAll("[data-shows]")) {
      const field = document.querySelector(button.dataset.shows);
      button.hidden = false;
      button.addEventListener("click", () => {
        field.type = field.type === "password" ? "text" : "password";
        button.setAttribute("aria-pressed", field.type === "text");
      });
    }
    for (const button of document.querySelectorAll("[data-prints]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    // A field whose list does not have everything asks for what fits, as one types.
    for (const list of document.querySelectorAll("datalist[data-from]")) {
      const field = document.querySelector(`input[list="${list.id}"]`);
      let later;
      field?.addEventListener("input", () => {
        clearTimeout(later);
        later = setTimeout(async () => {
          const text = field.value;
          const found = await fetch(`${list.dataset.from}?q=${encodeURIComponent(text)}`)
            .then((answer) => (answer.ok && !answer.redirected ? answer.json() : null))
            .catch(() => null);
          if (!found || field.value !== text) return;
          list.replaceChildren(...found.map(([value, label]) => {
            const option = document.createElement("option");
            option.value = value;
            if (label) option.label = label;
            return option;
          }));
        }, 150);
      });
    }
    // An open menu closes by Escape and by a click elsewhere.
    for (const menu of document.querySelectorAll("details.menu")) {
      addEventListener("click", (event) => menu.contains(event.target) || menu.removeAttribute("open"));
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      });
    }
    document.querySelector(".error-summary")?.focus();
  });
})();
