// The reader's own time beside each moment, and how long ago it was, finer than in days. The page keeps room for it.
const STEPS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["h", 3600], ["min", 60]];

export function ago(moment, now = Date.now()) {
  const seconds = (now - moment) / 1000;
  if (Math.abs(seconds) < 60) return "just now";
  const [name, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  const count = Math.floor(Math.abs(seconds) / size);
  const words = `${count} ${name}${count > 1 && name.length > 3 ? "s" : ""}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

function own(moment) {
  const two = number => String(number).padStart(2, "0");
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())} your time`;
  const sameDay = moment.getDate() === moment.getUTCDate();
  return sameDay ? clock : `${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${clock}`;
}

export function addLocalTimes(root) {
  for (const beside of root.querySelectorAll("time[datetime*='T'] + .local")) {
    const moment = new Date(beside.previousElementSibling.dateTime);
    const parts = [];
    if (moment.getTimezoneOffset()) parts.push(own(moment));
    if (beside.textContent) parts.push(ago(moment));
    if (parts.length) beside.textContent = `(${parts.join(", ")})`;
  }
}
