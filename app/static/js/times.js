// The reader's own time, and how long ago it was, beside each moment.
const STEPS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["h", 3600], ["min", 60]];

export function ago(moment, now = Date.now()) {
  const seconds = (now - moment) / 1000;
  if (Math.abs(seconds) < 60) return "just now";
  const [name, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  const count = Math.floor(Math.abs(seconds) / size);
  const words = `${count} ${name}${count > 1 && name.length > 3 ? "s" : ""}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

export function addLocalTimes(root) {
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  for (const time of root.querySelectorAll("time[datetime*='T']")) {
    const moment = new Date(time.dateTime);
    const beside = document.createElement("span");
    beside.className = "local";
    const own = moment.getTimezoneOffset() ? `${clock.format(moment)} your time, ` : "";
    beside.textContent = ` ${own}${ago(moment)}`;
    time.after(beside);
  }
}
