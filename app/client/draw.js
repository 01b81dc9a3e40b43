// A signature drawn by pen, finger or mouse. What is sent are the points, as whole numbers; without this script the field is
// not there, and nothing is missing.
for (const field of document.querySelectorAll("[data-draws]")) {
  const canvas = field.querySelector("canvas");
  const input = field.querySelector("input");
  const pen = canvas.getContext("2d");
  const most = 2500;
  let strokes = input.value
    .split(";")
    .map((stroke) => stroke.trim())
    .filter(Boolean)
    .map((stroke) => stroke.split(" ").map((point) => point.split(",").map(Number)));
  let drawing = false;

  const bounded = (value, limit) => Math.min(Math.max(Math.round(value), 0), limit);
  const points = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      // A dot is a line to itself.
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(...point);
      pen.stroke();
    }
    input.value = strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * canvas.width;
    const y = ((event.clientY - box.top) / box.height) * canvas.height;
    return [bounded(x, canvas.width), bounded(y, canvas.height)];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || points() >= most) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    strokes.push([at(event)]);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || points() >= most) return;
    const stroke = strokes[strokes.length - 1];
    const [x, y] = at(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 3) return;
    stroke.push([x, y]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = false));
  field.querySelector("button").addEventListener("click", () => {
    strokes = [];
    draw();
  });
  field.hidden = false;
  draw();
}
