// What is typed into a long form is kept in this tab until it is sent: who leaves the page, or reads it in the other language,
// finds it again. Without this script nothing is kept, and nothing is missing.
for (const note of document.querySelectorAll("[data-drafts]")) {
  const form = note.closest("form");
  const place = new URL(location);
  place.searchParams.delete("refused");
  // What one person typed is not another's.
  const key = `draft ${note.dataset.drafts} ${form.getAttribute("action")} ${place.pathname}${place.search}`;
  const fields = () =>
    [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const chosen = (field) => ["checkbox", "radio"].includes(field.type);
  const said = (field) => (chosen(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value);
  const read = () => JSON.stringify({ version: form.elements.version?.value ?? "", values: fields().map((field) => [field.name, said(field)]) });
  const asDrawn = read();

  function restore(kept) {
    const now = fields();
    const { version, values } = JSON.parse(kept);
    // Somebody saved the record since, or the form has other fields now: what was typed does not belong there any more.
    const fits = version === (form.elements.version?.value ?? "") && values.length === now.length && values.every(([name], at) => now[at].name === name);
    if (!fits) return false;
    values.forEach(([, value], at) => {
      const field = now[at];
      if (chosen(field)) field.checked = value;
      else if (field.multiple) for (const one of field.options) one.selected = value.includes(one.value);
      else field.value = value;
    });
    return true;
  }

  function tell() {
    note.hidden = false;
    note.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      restore(asDrawn);
      note.hidden = true;
    });
  }

  const kept = sessionStorage.getItem(key);
  // A form that was refused comes back with what was typed.
  if (new URL(location).searchParams.has("refused")) sessionStorage.removeItem(key);
  else if (kept && kept !== asDrawn) restore(kept) ? tell() : sessionStorage.removeItem(key);

  let later;
  let sent = false;
  form.addEventListener("input", () => {
    sent = false;
    clearTimeout(later);
    later = setTimeout(() => sessionStorage.setItem(key, read()), 300);
  });
  addEventListener("pagehide", () => {
    clearTimeout(later);
    if (!sent && read() !== asDrawn) sessionStorage.setItem(key, read());
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(later);
    sessionStorage.removeItem(key);
  });
}
