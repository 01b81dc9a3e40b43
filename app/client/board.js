// The board by hand: a card is dragged to another column, or moved there by Shift and an arrow. Either fills in the card's
// own form and posts it, so the portal decides as it does without scripts; what it refuses goes back to its place.
const board = document.querySelector(".board[data-board]");
const said = document.querySelector("#board-said");
const dialog = document.querySelector("dialog.why");
const columns = [...board.querySelectorAll("section[data-stage]")];
const title = (column) => column.querySelector("h2 span").textContent;
const name = (card) => card.querySelector("a").textContent;
const columnOf = (card) => card.closest("section");
const takes = (column, card) => card.dataset.next.split(" ").includes(column.dataset.stage);
let dragged = null;

// Says it to who listens, and beside the card to who looks.
function say(text, card) {
  said.textContent = text;
  card.querySelector(".error-summary")?.remove();
  if (!card.classList.contains("refused")) return;
  const note = document.createElement("p");
  note.className = "error-summary";
  note.textContent = text;
  card.append(note);
}

function reason(card, to) {
  if (!("reason" in to.dataset)) return Promise.resolve("");
  const text = dialog.querySelector("textarea");
  text.value = "";
  // The portal may know what makes a partner, and tells where it does not.
  text.required = to.dataset.reason !== "maybe";
  dialog.querySelector("[data-what]").textContent = `${name(card)} → ${title(to)}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "move" ? text.value : null), { once: true }),
  );
}

function count(column, by) {
  const number = column.querySelector("[data-count]");
  number.dataset.count = Number(number.dataset.count) + by;
  number.textContent = Number(number.dataset.count).toLocaleString("en");
}

function refuse(card, text) {
  card.classList.add("refused");
  say(text, card);
  card.querySelector("a").focus();
}

async function move(card, to) {
  const from = columnOf(card);
  card.classList.remove("refused");
  if (from === to || card.ariaBusy === "true") return;
  if (!takes(to, card)) return refuse(card, board.dataset.noMove.replace("{name}", name(card)).replace("{stage}", title(to)));
  const why = await reason(card, to);
  if (why === null) return card.querySelector("a").focus();
  const form = card.querySelector("form");
  const fields = new URLSearchParams(new FormData(form));
  fields.set("stage_to", to.dataset.stage);
  fields.set("stage_reason", why);
  // It lies in its new place while the portal is asked.
  const place = card.nextSibling;
  to.querySelector("ul").prepend(card);
  card.ariaBusy = "true";
  let answer;
  try {
    const sent = await fetch(board.dataset.board, { method: "POST", body: fields, headers: { "x-form": "1" } });
    answer = await sent.json();
  } catch {
    answer = { message: board.dataset.gone, fields: [] };
  }
  card.ariaBusy = null;
  if (answer.location?.includes("refused=") || answer.location?.startsWith("/sign-in") || answer.location?.startsWith("/account")) {
    // Somebody was faster, or it takes signing in: the page says which, and shows how things stand now.
    return location.assign(answer.location);
  }
  if (!answer.location) {
    from.querySelector("ul").insertBefore(card, place);
    return refuse(card, [answer.message, ...answer.fields.map(([, problem]) => problem)].join(" "));
  }
  count(from, -1);
  count(to, 1);
  say(board.dataset.moved.replace("{name}", name(card)).replace("{stage}", title(to)), card);
  // What can follow now, the portal knows: the card is taken from the board as it stands there.
  const fresh = await fetch(location.href).then((page) => page.text(), () => "");
  const there = new DOMParser().parseFromString(fresh, "text/html").querySelector(`[data-company="${card.dataset.company}"]`);
  if (there) {
    const mine = document.importNode(there, true);
    card.replaceWith(mine);
    card = mine;
    ready(card);
  } else {
    // Not among the first of its new column: it is moved on from its own page.
    card.dataset.next = "";
    card.querySelector("details")?.remove();
  }
  card.querySelector("a").focus();
}

function ready(card) {
  card.draggable = true;
  // A link would be dragged by itself, as an address.
  card.querySelector("a").draggable = false;
}

board.querySelectorAll("[data-company]").forEach(ready);
document.querySelector(".board-keys").hidden = false;

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-company]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", name(dragged));
  for (const column of columns) column.classList.toggle("takes", takes(column, dragged));
});
board.addEventListener("dragover", (event) => {
  if (!dragged || !event.target.closest("section[data-stage]")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});
board.addEventListener("drop", (event) => {
  const column = event.target.closest("section[data-stage]");
  if (!dragged || !column) return;
  event.preventDefault();
  move(dragged, column);
});
board.addEventListener("dragend", () => {
  dragged = null;
  for (const column of columns) column.classList.remove("takes");
});

// To the next column in that direction that takes the card; Shift, so that arrows alone still scroll.
board.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const card = event.target.closest("[data-company]");
  if (!by || !card || !event.shiftKey || event.target.closest("input, select")) return;
  event.preventDefault();
  let at = columns.indexOf(columnOf(card)) + by;
  while (columns[at] && !takes(columns[at], card)) at += by;
  if (columns[at]) move(card, columns[at]);
});
