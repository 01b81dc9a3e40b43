// The browser's half of passkeys: a form asks the portal what to ask of a passkey, and is sent with what it answered.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const letters = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Buffers travel as text.
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const known of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) known.id = bytes(known.id);
  return { publicKey: options };
}

function written({ id, rawId, type, response }) {
  const answer = { clientDataJSON: letters(response.clientDataJSON) };
  if (response.attestationObject) answer.attestationObject = letters(response.attestationObject);
  else {
    answer.authenticatorData = letters(response.authenticatorData);
    answer.signature = letters(response.signature);
    answer.userHandle = letters(response.userHandle) || null;
  }
  return JSON.stringify({ id, rawId: letters(rawId), type, response: answer });
}

async function answer(form) {
  const purpose = form.dataset.passkey;
  const asked = await fetch("/api/account/passkeys/ask", {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ purpose }),
  });
  // The session or the step is over: the page says what is next.
  if (asked.status === 401 || asked.status === 422) return location.reload();
  if (!asked.ok) throw new Error(String(asked.status));
  const { ceremony, options } = await asked.json();
  const wanted = read(JSON.parse(options));
  const key = await (purpose === "add" ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted));
  form.elements.ceremony.value = ceremony;
  form.elements.credential.value = written(key);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    const error = form.querySelector("[data-gone]");
    button.disabled = true;
    error.hidden = true;
    answer(form).catch((problem) => {
      if (problem.name === "InvalidStateError") error.textContent = error.dataset.gone;
      error.hidden = false;
      button.disabled = false;
    });
  });
}
